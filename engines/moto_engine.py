"""Starts moto's server as a Step Functions engine. Functions, objects and time belong to the bridge's process.

moto is used as it is installed. A few of its names are replaced before it serves, since its settings do not cover
them: the endpoint of a Task's Lambda call and of a Map's items, how time passes, and how an execution's start is
written.
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
    """Replaces moto's client of its own Lambda or S3 by a client of the bridge, with the same protocol."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"{BRIDGE}/{service}",
        aws_access_key_id="engine",
        aws_secret_access_key="engine",
        # A function is called once. Further attempts are the machine's Retry's to make.
        config=Config(retries={"total_max_attempts": 1}, read_timeout=900, s3={"addressing_style": "path"}),
    )


def pass_time(why, seconds):
    """Waits until the bridge says that the time has passed: time is virtual, and the bridge has the clock."""
    body = json.dumps({"why": why, "seconds": seconds}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{BRIDGE}/time", data=body, method="POST")).read()


class RetryTime:
    """Replaces the time module in moto's Retry."""

    @staticmethod
    def sleep(seconds):
        pass_time("retry", seconds)


def details_of(start_time, **rest):
    """Writes an execution's start as text, for `start-time` of the known differences.

    The execution `as-it-is` is left unchanged, so that the difference can be checked.
    """
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
