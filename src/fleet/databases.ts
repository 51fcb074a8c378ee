/** Images that hold the state of others: a restart of a project must not touch them unasked. */
const NAMES = [
  ...['postgres', 'postgis', 'pgvector', 'timescaledb', 'mysql', 'mariadb', 'percona', 'mongo', 'mongodb'],
  ...['redis', 'valkey', 'keydb', 'dragonfly', 'cassandra', 'scylla', 'couchdb', 'couchbase', 'neo4j'],
  ...['elasticsearch', 'opensearch', 'clickhouse', 'clickhouse-server', 'influxdb', 'cockroach', 'mssql'],
  ...['server', 'oracle', 'oracle-xe', 'oracle-free', 'surrealdb', 'arangodb', 'rethinkdb', 'questdb'],
  ...['rabbitmq', 'kafka', 'zookeeper', 'etcd', 'minio', 'memcached', 'nats', 'qdrant', 'weaviate', 'milvus'],
];
const WORDS =
  /(^|[-_.])(postgres(ql)?|mysql|mariadb|mongo(db)?|redis|valkey|cassandra|database|rabbitmq|kafka)([-_.\d]|$)/;

/** Whether an image, by its name, is a database, a queue or a store of files. */
export function isDatabaseImage(image: string): boolean {
  const withoutDigest = image.toLowerCase().split('@')[0] ?? '';
  const name = withoutDigest.split('/').at(-1)?.split(':')[0] ?? '';
  if (name === 'server') return /\/mssql\//.test(withoutDigest);
  return NAMES.includes(name) || WORDS.test(name);
}
