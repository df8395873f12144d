"""The official Python client against a cluster: list and watch, patch, server-side apply, logs. Prints one line when all is as it should be."""
import json
import sys
import threading

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

config.load_kube_config(sys.argv[1])
core, apps = client.CoreV1Api(), client.AppsV1Api()

core.create_namespace({"metadata": {"name": "python"}})
first = core.list_namespaced_config_map("python")
seen, ready = [], threading.Event()


def follow():
    for event in watch.Watch().stream(core.list_namespaced_config_map, "python", resource_version=first.metadata.resource_version, label_selector="of=test", timeout_seconds=30):
        seen.append((event["type"], event["object"].metadata.name))
        if event["type"] == "DELETED":
            break
    ready.set()


thread = threading.Thread(target=follow)
thread.start()
core.create_namespaced_config_map("python", {"metadata": {"name": "a", "labels": {"of": "test"}}, "data": {"k": "v"}})
patched = core.patch_namespaced_config_map("a", "python", {"data": {"k": "w", "l": "x"}})
assert patched.data == {"k": "w", "l": "x"}, patched.data


def apply(manager, data, force=False):
    # This version of the client has no method of its own for it.
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": data}
    return core.api_client.call_api(
        "/api/v1/namespaces/python/configmaps/applied", "PATCH", query_params=[("fieldManager", manager)] + ([("force", "true")] if force else []),
        header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"}, body=json.dumps(body), response_type="V1ConfigMap", auth_settings=["BearerToken"])[0]


apply("one", {"k": "1", "mine": "1"})
try:
    apply("two", {"k": "2"})
    raise AssertionError("a field of another manager was taken without force")
except ApiException as problem:
    assert problem.status == 409 and "data.k" in problem.body.replace("\\", ""), problem.body
assert apply("two", {"k": "2"}, force=True).data == {"k": "2", "mine": "1"}
assert apply("one", {}).data == {"k": "2"}
core.delete_namespaced_config_map("a", "python")
assert ready.wait(30), seen
assert seen == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")], seen

names, token = [], None
for i in range(7):
    core.create_namespaced_config_map("python", {"metadata": {"name": f"page-{i}"}})
while True:
    page = core.list_namespaced_config_map("python", limit=3, _continue=token)
    names += [item.metadata.name for item in page.items if item.metadata.name.startswith("page-")]
    token = page.metadata._continue
    if not token:
        break
assert names == [f"page-{i}" for i in range(7)], names

deployment = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {
        "containers": [{"name": "c", "image": "host", "command": ["sh", "-c", "echo hello; sleep 600"]}], "terminationGracePeriodSeconds": 1}}},
}
made = apps.create_namespaced_deployment("python", deployment)
assert made.metadata.generation == 1 and made.spec.strategy.rolling_update.max_surge == "25%"
for event in watch.Watch().stream(apps.list_namespaced_deployment, "python", timeout_seconds=60):
    if event["object"].status.available_replicas == 1:
        break
else:
    raise AssertionError("the deployment was not available within a minute")
pod = core.list_namespaced_pod("python", label_selector="app=web").items[0]
assert core.read_namespaced_pod_log(pod.metadata.name, "python").strip() == "hello"
scale = apps.patch_namespaced_deployment_scale("web", "python", {"spec": {"replicas": 0}})
assert scale.spec.replicas == 0

try:
    core.create_namespaced_config_map("python", {"metadata": {"name": "Not A Name"}})
    raise AssertionError("a wrong name was taken")
except ApiException as problem:
    assert problem.status == 422 and "metadata.name" in problem.body, problem.body
core.delete_namespace("python")
print("the Python client finds nothing missing")
