"""Makes a Feast repository over Parquet files and fills its Redis: JSON of {folder, redis, views, features, read} by stdin."""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64
from feast.value_type import ValueType

asked = json.load(sys.stdin)
folder = Path(asked["folder"])
repo = folder / "feast"
repo.mkdir()
(repo / "feature_store.yaml").write_text(
    f"""project: bench
registry: {repo / "registry.db"}
provider: local
online_store:
  type: redis
  connection_string: "{asked["redis"]}"
offline_store:
  type: file
entity_key_serialization_version: 3
"""
)
user = Entity(name="user", join_keys=["user_id"], value_type=ValueType.STRING)
names = [f"f{i}" for i in range(asked["features"])]
views = [
    FeatureView(
        name=f"v{i}",
        entities=[user],
        ttl=timedelta(days=1),
        schema=[Field(name=name, dtype=Float64) for name in names],
        source=FileSource(
            path=str(folder / f"v{i}.parquet"),
            timestamp_field="event_time",
            created_timestamp_column="created_at",
        ),
    )
    for i in range(asked["views"])
]
service = FeatureService(name="bench", features=[view[names[: asked["read"]]] for view in views])
store = FeatureStore(repo_path=str(repo))
store.apply([user, *views, service])
now = datetime.now(timezone.utc)
store.materialize(now - timedelta(days=1), now + timedelta(minutes=1))
