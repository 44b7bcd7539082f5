"""Runs Python's own ssl and http.client against the hosts: what they offer, and what a resumed session means."""

import http.client
import json
import ssl
from urllib.parse import urlsplit

from told import ABOUT, check, client, equal


def context_for(pair=None, version=None):
    context = ssl.create_default_context(cafile=ABOUT["caFile"])
    # Python sets these flags itself from 3.13 on.
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    if pair:
        context.load_cert_chain(pair["certificateFile"], pair["keyFile"])
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def models(context, name="billing", session=None, base=ABOUT["mtlsBase"]):
    """Makes one call over a new connection: status, code, request id, the session to resume, and whether one was."""
    at = urlsplit(base)
    connection = http.client.HTTPSConnection(at.hostname, at.port, context=context)
    if session is not None:
        connection.connect = lambda: going_on(connection, at, context, session)
    connection.request("GET", f"{at.path}/models", headers={"Authorization": f"bearer {client(name)['apiKey']}"})
    answer = connection.getresponse()
    code = json.loads(answer.read()).get("error", {}).get("code")
    seen = (answer.status, code, answer.headers["x-request-id"], connection.sock and connection.sock.session)
    reused = connection.sock.session_reused if connection.sock else None
    connection.close()
    return *seen, reused


def going_on(connection, at, context, session):
    import socket

    plain = socket.create_connection((at.hostname, at.port))
    connection.sock = context.wrap_socket(plain, server_hostname=at.hostname, session=session)


@check("Python's ssl: both hosts have a certificate that the strictest verification takes")
def _():
    for base in [ABOUT["mtlsBase"], ABOUT["authBase"]]:
        at = urlsplit(base)
        import socket

        with context_for().wrap_socket(socket.create_connection((at.hostname, at.port)), server_hostname=at.hostname) as sock:
            assert sock.version() == "TLSv1.3", sock.version()
        for wrong in ["elsewhere.example"]:
            try:
                context_for().wrap_socket(socket.create_connection((at.hostname, at.port)), server_hostname=wrong)
            except ssl.SSLCertVerificationError:
                continue
            raise AssertionError(f"the host is taken for {wrong}")


@check("Python's ssl: leaves are judged the same in TLS 1.2 and 1.3, and every answer has an id of its own")
def _():
    ids = set()
    for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
        for pair, name, expected in [
            (client("billing"), "billing", (200, None)),
            (client("batch"), "batch", (200, None)),
            (None, "billing", (401, "certificate_required")),
            (client("batch"), "billing", (401, "certificate_verification_failed")),
            (client("billing-next"), "billing", (401, "certificate_verification_failed")),
            (None, "sandbox", (200, None)),
        ]:
            status, code, id, *_ = models(context_for(pair, version), name)
            equal((status, code), expected)
            ids.add(id)
    equal(len(ids), 12)


@check("Python's ssl: a session is gone on with, for who began it (I8)")
def _():
    for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
        context = context_for(client("billing"), version)
        status, _, _, session, reused = models(context)
        equal((status, reused), (200, False))
        status, _, _, _, reused = models(context, session=session)
        equal((status, reused), (200, True))
        status, _, _, _, reused = models(context)
        equal((status, reused), (200, False))


@check("Python's ssl: HTTP/2 and HTTP/1.1 are offered, and HTTP/1.1 where nothing is asked for")
def _():
    import socket

    for base in [ABOUT["mtlsBase"], ABOUT["authBase"]]:
        at = urlsplit(base)
        for asked, given in [(["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), (None, None)]:
            context = context_for()
            if asked:
                context.set_alpn_protocols(asked)
            plain = socket.create_connection((at.hostname, at.port))
            with context.wrap_socket(plain, server_hostname=at.hostname) as sock:
                equal(sock.selected_alpn_protocol(), given)
