"""Starts moto's server as a Step Functions engine for functions, objects and time that somebody else has.

moto is used as it is installed. A few of its names are bound to ours before it serves, as its own settings do not reach them:
which endpoint a Task's Lambda call goes to and a Map reads its items from, who lets time pass, and how an
execution's start is written.
"""

import json
import os
import sys
import urllib.request

import boto3
from botocore.config import Config
from moto.core.config import default_user_config
from moto.server import main
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import (
    resource_eval_s3,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval.evaluation_details import ExecutionDetails
from moto.stepfunctions.parser.backend import execution

BRIDGE = os.environ["WINDLASS_BRIDGE"]


def client_for(region, service, state_credentials=None):
    """What moto asks for a client of its own Lambda or S3: one of the bridge's, by the same protocol."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"{BRIDGE}/{service}",
        aws_access_key_id="engine",
        aws_secret_access_key="engine",
        # A function is asked once: what becomes of it is for the machine's Retry.
        config=Config(retries={"total_max_attempts": 1}, read_timeout=900, s3={"addressing_style": "path"}),
    )


def pass_time(why, seconds):
    """Time is virtual: whoever has the clock says when it has passed."""
    body = json.dumps({"why": why, "seconds": seconds}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{BRIDGE}/time", data=body, method="POST")).read()


class RetryTime:
    """What a Retry knows of time."""

    @staticmethod
    def sleep(seconds):
        pass_time("retry", seconds)


def details_of(start_time, **rest):
    """`start-time` of the known differences: the context says it as text, but where that is to be looked at."""
    if rest["name"] == "as-it-is":
        return ExecutionDetails(start_time=start_time, **rest)
    text = start_time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return ExecutionDetails(start_time=text, **rest)


default_user_config["stepfunctions"]["execute_state_machine"] = True
execution.ExecutionDetails = details_of
lambda_eval_utils.boto_client_for = client_for
resource_eval_s3.boto_client_for = client_for
retrier_decl.time = RetryTime
WaitFunction._wait_interval = lambda self, env, wait_seconds: pass_time("wait", wait_seconds)

main(["--host", "127.0.0.1", "--port", sys.argv[1]])
