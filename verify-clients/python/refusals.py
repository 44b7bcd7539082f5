"""Runs the official Python SDK through the error paths of the API and of the hosts (F11, F12)."""

import ssl
import time

import httpx2
from openai import (
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OpenAI,
    PermissionDeniedError,
    RateLimitError,
)
from told import ABOUT, check, client, equal, text

UPLOADS = ABOUT["uploads"]


def admin(key=ABOUT["adminKey"], base=ABOUT["apiBase"], retries=0):
    return OpenAI(base_url=base, admin_api_key=key, api_key="unused", max_retries=retries).admin.organization


def refused(kind, code, call):
    """Returns the error of a call that has to be refused with this code, and checks that it carries a request id."""
    try:
        call()
    except kind as error:
        equal(error.code, code)
        assert (error.request_id or "").startswith("req_"), error.request_id
        return error
    raise AssertionError("was not refused")


@check("Python SDK: a wrong admin key is refused (F12)")
def _():
    refused(AuthenticationError, "invalid_api_key", lambda: list(admin("sk-admin-wrong").certificates.list()))


@check("Python SDK: what is no CA certificate, or ends within a day, is not taken (F12, F13)")
def _():
    upload = admin().certificates.create
    for wrong in ["no PEM", text(UPLOADS["noAuthority"])]:
        refused(BadRequestError, "mtls_certificate_invalid", lambda: upload(certificate=wrong))
    refused(BadRequestError, "expired_certificate", lambda: upload(certificate=text(UPLOADS["expiring"])))


@check("Python SDK: unknown ids are 404, and a toggle takes one to ten known ones (F2)")
def _():
    api = admin()
    for call in [
        lambda: api.certificates.retrieve("cert_none"),
        lambda: api.certificates.update("cert_none", name="x"),
        lambda: api.certificates.delete("cert_none"),
        lambda: list(api.projects.certificates.list("proj_none")),
    ]:
        refused(NotFoundError, None, call)
    for ids in [[], ["cert_none"], ["cert_globex"] * 11]:
        refused(BadRequestError, None, lambda: api.certificates.activate(certificate_ids=ids))


@check("Python SDK: an anchor that is active somewhere is not deleted (F6)")
def _():
    refused(BadRequestError, "certificate_in_use", lambda: admin().certificates.delete("cert_acme_old"))


@check("Python SDK: a limit out of range and an unknown cursor are refused (F4)")
def _():
    for query in [{"limit": 0}, {"limit": 101}, {"after": "cert_none"}]:
        refused(BadRequestError, None, lambda: admin().certificates.list(**query))


@check("Python SDK: a key without the permission is refused by its status (F12, F18)")
def _():
    few = ABOUT["few"]
    certificates = admin(few["adminKey"], few["apiBase"]).certificates
    refused(PermissionDeniedError, "missing_scope", lambda: certificates.activate(certificate_ids=["cert_globex"]))
    refused(PermissionDeniedError, "missing_scope", lambda: certificates.delete("cert_globex"))


@check("Python SDK: waits as long as a 429 says, and then gets through (F12)")
def _():
    few = ABOUT["few"]
    api = admin(few["adminKey"], few["apiBase"])
    list(api.certificates.list())
    error = refused(RateLimitError, "rate_limit_exceeded", lambda: api.certificates.list())
    equal(error.response.headers["retry-after"], "1")
    before = time.monotonic()
    equal(len(list(admin(few["adminKey"], few["apiBase"], 2).certificates.list())), 4)
    assert time.monotonic() - before > 0.2


def models(name, pair=None, at=ABOUT):
    """Calls a host with a client's key, and with its own leaf or another one."""
    own = client(name, at)
    context = ssl.create_default_context(cafile=at["caFile"])
    if pair is not None:
        context.load_cert_chain(pair["certificateFile"], pair["keyFile"])
    http = httpx2.Client(verify=context)
    api = OpenAI(base_url=at["mtlsBase"], api_key=own["apiKey"], max_retries=0, http_client=http)
    return [one.id for one in api.models.list()]


@check("Python SDK: a client gets in with its leaf, through an intermediate too, and nowhere without (F8, F11)")
def _():
    for name in ["billing", "batch"]:
        equal(models(name, client(name)), ["gpt-simulated"])
    equal(models("sandbox"), ["gpt-simulated"])
    refused(AuthenticationError, "certificate_required", lambda: models("billing"))
    refused(AuthenticationError, "certificate_verification_failed", lambda: models("billing", client("batch")))
    refused(AuthenticationError, "certificate_verification_failed", lambda: models("billing", client("billing-next")))


@check("Python SDK: a leaf without an AKI is invalid, and of an upload of several PEMs the first is the anchor (F7, F11)")
def _():
    certificates = admin().projects.certificates
    id = admin().certificates.create(certificate=text(UPLOADS["several"]), name="several@1").id
    refused(AuthenticationError, "certificate_verification_failed", lambda: models("billing", UPLOADS["leaf"]))
    certificates.activate("proj_billing", certificate_ids=[id])
    equal(models("billing", UPLOADS["leaf"]), ["gpt-simulated"])
    refused(AuthenticationError, "invalid_certificate", lambda: models("billing", UPLOADS["leafWithoutAki"]))
    second = lambda: models("billing", UPLOADS["leafOfSecond"])
    refused(AuthenticationError, "certificate_verification_failed", second)
    certificates.deactivate("proj_billing", certificate_ids=[id])
    refused(AuthenticationError, "certificate_verification_failed", lambda: models("billing", UPLOADS["leaf"]))


@check("Python SDK: a leaf that its anchor's filter refuses is told so by its code (F11, F16)")
def _():
    filtered = ABOUT["filtered"]
    own = lambda name: models(name, client(name, filtered), filtered)
    equal(own("billing"), ["gpt-simulated"])
    refused(AuthenticationError, "certificate_attribute_verification_failed", lambda: own("search"))
