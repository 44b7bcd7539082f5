"""Runs the official Python SDK as a keyless workload (F17).

The SDK knows only the vendor's host names, so a proxy leads it here.
"""

import ssl

import httpx2
from openai import AuthenticationError, OAuthError, OpenAI
from openai.auth import x509_workload_identity
from told import ABOUT, check, client, equal

admin = OpenAI(base_url=ABOUT["apiBase"], admin_api_key=ABOUT["adminKey"], api_key="unused").admin.organization


def keyless(name, account=None):
    own = client(name)
    context = ssl.create_default_context(cafile=ABOUT["caFile"])
    context.load_cert_chain(own["certificateFile"], own["keyFile"])
    identity = x509_workload_identity(
        identity_provider_id=own["identityProviderId"], service_account_id=account or own["serviceAccountId"]
    )
    http = httpx2.Client(verify=context, proxy=ABOUT["proxy"])
    return OpenAI(workload_identity=identity, http_client=http, max_retries=0)


def ids(api):
    return [one.id for one in api.models.list()]


def oauth(code, call):
    try:
        call()
    except OAuthError as error:
        equal(error.error, code)
        return
    raise AssertionError("was not refused")


@check("Python SDK: a keyless workload exchanges its leaf and calls with the token (F17)")
def _():
    api = keyless("ledger")
    equal(ids(api), ["gpt-simulated"])
    equal(ids(api), ["gpt-simulated"])


@check("Python SDK: no exchange for a leaf of an inactive anchor, or for an unknown account (F17)")
def _():
    oauth("invalid_subject_token", lambda: ids(keyless("ledger-next")))
    oauth("invalid_grant", lambda: ids(keyless("ledger", "svc_nobody")))


@check("Python SDK: a token that was given before the cut is refused with the old leaf (F11, F17)")
def _():
    scope = dict(project_id="proj_billing")
    old, new = keyless("ledger"), keyless("ledger-next")
    equal(ids(old), ["gpt-simulated"])
    admin.projects.certificates.activate(**scope, certificate_ids=["cert_acme_new"])
    equal(ids(new), ["gpt-simulated"])
    admin.projects.certificates.deactivate(**scope, certificate_ids=["cert_acme_old"])
    try:
        ids(old)
        raise AssertionError("the old leaf gets in")
    except OAuthError as error:
        # The SDK first asks for another token, which is refused.
        equal(error.error, "invalid_subject_token")
    except AuthenticationError as error:
        equal(error.code, "certificate_verification_failed")
    equal(ids(new), ["gpt-simulated"])
