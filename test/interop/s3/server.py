"""An S3 server in memory that checks signatures. Says its URL and keys as one line of JSON, and ends with its input."""
import json, logging, os, sys

# These four need no signature: they make the user whose signatures count from then on.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://{host}:{port}"
common = dict(endpoint_url=url, region_name="eu-central-1", aws_access_key_id="none", aws_secret_access_key="none")
iam = boto3.client("iam", **common)
iam.create_user(UserName="tiffin")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="tiffin", PolicyName="blobs", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="tiffin")["AccessKey"]
boto3.client("s3", **common).create_bucket(Bucket="blobs", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
print(json.dumps({"endpoint": url, "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}), flush=True)
sys.stdin.read()
server.stop()
