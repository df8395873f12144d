// The official JavaScript client against a cluster: list-watch, patches, server-side apply, logs, exec, port-forward. Prints one line when all is as it should be.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const namespace = 'javascript';
const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);

async function eventually(what, look) {
  const limit = Date.now() + 60_000;
  for (let seen; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    seen = await look();
    if (seen) return seen;
    if (Date.now() > limit) throw new Error(`never saw ${what}`);
  }
}

/** An informer lists, watches from there, and keeps a cache. */
async function informerFollowsChanges() {
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'of=test' });
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'of=test');
  const seen = [];
  for (const verb of ['add', 'update', 'delete']) {
    informer.on(verb, (object) => seen.push(`${verb} ${object.metadata.name} ${object.data?.k}`));
  }
  informer.on('error', (problem) => seen.push(`error ${problem}`));
  await informer.start();
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a', labels: { of: 'test' } }, data: { k: 'v' } } });
  await eventually('the new object', () => seen.length === 1);
  await patchesChangeWhatTheyName();
  await eventually('four changes', () => seen.length === 5);
  assert.equal(informer.get('a', namespace).data.k, 'json');
  await core.deleteNamespacedConfigMap({ name: 'a', namespace });
  await eventually('the deletion', () => seen.length === 6);
  assert.deepEqual(seen, ['add a v', 'update a merged', 'update a strategic', 'update a applied', 'update a json', 'delete a json']);
  await informer.stop();
}

async function patchesChangeWhatTheyName() {
  const of = (type) => k8s.setHeaderOptions('Content-Type', type);
  const name = 'a';
  await core.patchNamespacedConfigMap({ name, namespace, body: { data: { k: 'merged' } } }, of(k8s.PatchStrategy.MergePatch));
  await core.patchNamespacedConfigMap({ name, namespace, body: { data: { k: 'strategic' } } }, of(k8s.PatchStrategy.StrategicMergePatch));
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { k: 'applied' } };
  const apply = { name, namespace, fieldManager: 'javascript', body };
  await assert.rejects(core.patchNamespacedConfigMap(apply, of(k8s.PatchStrategy.ServerSideApply)), (problem) => problem.code === 409 && /data\.k/.test(problem.body));
  const applied = await core.patchNamespacedConfigMap({ ...apply, force: true }, of(k8s.PatchStrategy.ServerSideApply));
  assert.ok(applied.metadata.managedFields.some((entry) => entry.manager === 'javascript' && entry.operation === 'Apply'));
  await core.patchNamespacedConfigMap({ name, namespace, body: [{ op: 'replace', path: '/data/k', value: 'json' }] }, of(k8s.PatchStrategy.JsonPatch));
}

async function pagesHoldTogether() {
  for (let i = 0; i < 7; i++) {
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: `page-${i}`, labels: { of: 'pages' } } } });
  }
  const names = [];
  let token;
  do {
    const page = await core.listNamespacedConfigMap({ namespace, limit: 3, _continue: token, labelSelector: 'of=pages' });
    names.push(...page.items.map((item) => item.metadata.name));
    token = page.metadata._continue;
  } while (token);
  assert.deepEqual(names, [0, 1, 2, 3, 4, 5, 6].map((i) => `page-${i}`));
}

/** The client for any kind finds it in discovery. */
async function anyKindIsServed() {
  const spec = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'any', namespace }, stringData: { key: 'value' } };
  const made = await objects.create(spec);
  assert.equal(made.data.key, Buffer.from('value').toString('base64'));
  assert.equal((await objects.read(spec)).metadata.uid, made.metadata.uid);
  assert.equal((await objects.list('v1', 'Secret', namespace)).items.filter((item) => item.metadata.name === 'any').length, 1);
  await objects.delete(spec);
  await assert.rejects(objects.read(spec), (problem) => problem.code === 404);
}

async function deploymentRuns() {
  const container = { name: 'c', image: 'host', command: ['sh', '-c', 'echo hello; exec sleep 600'] };
  const made = await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
  });
  assert.ok(made.metadata.creationTimestamp instanceof Date);
  assert.equal(made.spec.strategy.rollingUpdate.maxSurge, '25%');
  await eventually('an available replica', async () => (await apps.readNamespacedDeploymentStatus({ name: 'web', namespace })).status.availableReplicas === 1);
  return (await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })).items[0].metadata.name;
}

async function streamsReachThePod(pod) {
  const log = new PassThrough();
  const stop = await new k8s.Log(config).log(namespace, pod, 'c', log, { follow: true });
  const [first] = await once(log, 'data');
  assert.equal(String(first).trim(), 'hello');
  stop.abort();

  let said = '';
  const out = new Writable({ write: (chunk, _, done) => { said += chunk; done(); } });
  const status = await new Promise((resolve, reject) =>
    new k8s.Exec(config).exec(namespace, pod, 'c', ['sh', '-c', 'read line; echo "got $line"; exit 3'], out, null, inputOf('words\n'), false, resolve).catch(reject));
  assert.equal(said, 'got words\n');
  assert.equal(status.status, 'Failure');
  assert.deepEqual(status.details.causes, [{ reason: 'ExitCode', message: '3' }]);
}

/** The bytes of a server in this process, at the pod's address, through the cluster and back: pods of the process runtime share the host's network. */
async function portForwardCarriesBytes(pod) {
  const { status } = await core.readNamespacedPod({ name: pod, namespace });
  const target = createServer((socket) => socket.end('through the cluster')).listen(0, status.podIP);
  await once(target, 'listening');
  const forward = new k8s.PortForward(config);
  const server = createServer((socket) => forward.portForward(namespace, pod, [target.address().port], socket, null, socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect(server.address().port, '127.0.0.1');
  const [bytes] = await once(socket, 'data');
  assert.equal(String(bytes), 'through the cluster');
  socket.destroy();
  server.close();
  target.close();
}

async function refusalsNameTheField() {
  await assert.rejects(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'Not A Name' } } }),
    (problem) => problem.code === 422 && /metadata\.name/.test(problem.body));
}

const inputOf = (text) => { const input = new PassThrough(); input.end(text); return input; };

await core.createNamespace({ body: { metadata: { name: namespace } } });
await informerFollowsChanges();
await pagesHoldTogether();
await anyKindIsServed();
const pod = await deploymentRuns();
await streamsReachThePod(pod);
await portForwardCarriesBytes(pod);
await refusalsNameTheField();
await core.deleteNamespace({ name: namespace });
console.log('the JavaScript client finds nothing missing');
process.exit(0);
