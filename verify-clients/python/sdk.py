"""Runs the official Python SDK through every operation of the certificates API (F1 to F6, F19)."""

import time

from openai import OpenAI
from told import ABOUT, check, equal, text

api = OpenAI(base_url=ABOUT["apiBase"], admin_api_key=ABOUT["adminKey"], api_key="unused", max_retries=0)
certificates = api.admin.organization.certificates
of_projects = api.admin.organization.projects.certificates
PROJECT = "proj_billing"
PEM = text(ABOUT["uploads"]["authority"])
ALL = ["cert_acme_new", "cert_globex", "cert_acme_old", "cert_initech_expired"]
begun = int(time.time())
kept = {}


@check("Python SDK: lists the anchors of the organization and of a project, page by page, in both orders")
def _():
    equal([one.id for one in certificates.list(limit=1)], ALL)
    equal([one.id for one in certificates.list(limit=3, order="asc")], ALL[::-1])
    first = certificates.list(limit=3)
    equal((len(first.data), first.has_more, first.first_id, first.last_id), (3, True, ALL[0], ALL[2]))
    active = {one.id for one in of_projects.list(PROJECT, limit=1) if one.active}
    equal(active, {"cert_acme_old"})
    equal({one.object for one in of_projects.list(PROJECT)}, {"organization.project.certificate"})


@check("Python SDK: lists the projects, page by page")
def _():
    names = {one.id: one.name for one in api.admin.organization.projects.list(limit=1)}
    equal((len(names), names[PROJECT], names["proj_sandbox"]), (4, "Billing", None))


@check("Python SDK: uploads with a name and without, which enforces nothing (F1)")
def _():
    named = certificates.create(certificate=PEM, name="own@1")
    equal((named.object, named.name), ("certificate", "own@1"))
    assert named.certificate_details.expires_at > named.created_at > 0
    nameless = certificates.create(certificate=PEM)
    equal(nameless.name, None)
    kept.update(named=named.id, nameless=nameless.id)
    equal([one.active for one in certificates.list() if one.id in kept.values()], [False, False])


@check("Python SDK: reads one anchor, its content only where it is asked for (F5)")
def _():
    equal(certificates.retrieve(kept["named"]).certificate_details.content, None)
    whole = certificates.retrieve(kept["named"], include=["content"])
    equal((whole.id, whole.certificate_details.content), (kept["named"], PEM))


@check("Python SDK: renames an anchor")
def _():
    equal(certificates.update(kept["nameless"], name="own@2").name, "own@2")
    equal(certificates.retrieve(kept["nameless"]).name, "own@2")


@check("Python SDK: activates and deactivates in the organization, twice the same (F2, F3)")
def _():
    both = [kept["named"], kept["nameless"]]
    for _ in range(2):
        on = certificates.activate(certificate_ids=both)
        equal([(one.id, one.active, one.object) for one in on], [(id, True, "organization.certificate") for id in both])
    equal({one.id for one in certificates.list() if one.active}, set(both))
    equal([one.active for one in certificates.deactivate(certificate_ids=both)], [False, False])
    equal([one.id for one in certificates.list() if one.active], [])


@check("Python SDK: activates and deactivates in a project, which is a scope of its own (F4)")
def _():
    on = of_projects.activate(PROJECT, certificate_ids=[kept["named"]])
    equal([(one.id, one.active) for one in on], [(kept["named"], True)])
    equal({one.id for one in of_projects.list(PROJECT) if one.active}, {"cert_acme_old", kept["named"]})
    equal([one.id for one in certificates.list() if one.active], [])
    off = of_projects.deactivate(PROJECT, certificate_ids=[kept["named"]])
    equal([one.active for one in off], [False])


@check("Python SDK: deletes an anchor (F6)")
def _():
    gone = certificates.delete(kept["nameless"])
    equal((gone.object, gone.id), ("certificate.deleted", kept["nameless"]))
    assert kept["nameless"] not in [one.id for one in certificates.list()]


@check("Python SDK: reads the audit log, page by page, by kind, project and time (F19)")
def _():
    log = api.admin.organization.audit_logs
    kinds = ["certificates.activated", "certificates.deactivated"]
    changes = list(log.list(effective_at={"gte": begun}, event_types=kinds, limit=1))
    equal([one.type for one in changes], [kinds[1], kinds[0], kinds[1], kinds[0]])
    assert all(one.actor and one.actor.api_key and one.actor.api_key.id for one in changes)
    own = list(log.list(project_ids=[PROJECT], event_types=kinds[:1]))
    equal([[each.id for each in one.certificates_activated.certificates] for one in own], [[kept["named"]]])
    equal([one.project.id for one in own], [PROJECT])
    objects = log.list(event_types=["certificate.created", "certificate.updated", "certificate.deleted"])
    equal([one.type.split(".")[1] for one in objects], ["deleted", "updated", "created", "created"])
    equal(list(log.list(effective_at={"gt": begun + 9_000})), [])
