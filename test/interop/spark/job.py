"""A job for Spark: writes two tables of Parquet, and the third from both. Asked for is the folder."""

import sys

from pyspark.sql import SparkSession

[folder] = sys.argv[1:]
spark = SparkSession.builder.appName("spend").getOrCreate()
paid = [("c1", 10.5), ("c1", 2.0), ("c2", 7.0)]
spark.createDataFrame(paid, "card string, amount double").write.parquet(f"{folder}/txn")
spark.createDataFrame([("c1", "DE"), ("c2", "IN")], "card string, country string").write.parquet(f"{folder}/cards")
for table in ("txn", "cards"):
    spark.read.parquet(f"{folder}/{table}").createOrReplaceTempView(table)
spark.sql(
    "select country, sum(amount) as total from txn join cards on txn.card = cards.card group by country"
).write.parquet(f"{folder}/spend")
spark.stop()
