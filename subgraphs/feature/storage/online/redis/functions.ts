import { createHash } from 'node:crypto';

/** A process that has not written for so long is not remembered by what it wrote to. */
export const WRITES_SECONDS = 86_400;

/**
 * What runs inside Redis: each call is one step that nothing comes between. Bytes are compared one by one, since Lua
 * compares text by the server’s locale.
 */
const BODY = `
local WRITES_SECONDS = ${WRITES_SECONDS}

local function before(a, b)
  for i = 1, #a do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return false
end

-- keys: generation, last pushed row, writes of this process; args: what it knows of them: the part must be no older
local function lost(keys, args)
  local is = redis.call('MGET', keys[1], keys[2], keys[3])
  if is[1] ~= args[1] or tonumber(is[2] or '0') < tonumber(args[2]) or tonumber(is[3] or '0') < tonumber(args[3]) then
    return redis.error_reply('LOST the store is another than the one that was written to')
  end
end

local function wrote(keys)
  local writes = redis.call('INCR', keys[3])
  redis.call('EXPIRE', keys[3], WRITES_SECONDS)
  return writes
end

local function advance(key, time)
  local newest = redis.call('GET', key)
  if newest and not before(newest, time) then return newest end
  redis.call('SET', key, time)
  return time
end

local NEVER = '${String.raw`\0`.repeat(8)}'

-- then, keys: time of the view, blocks; args: now, newest event, blocks with their places
local function put(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  local past = advance(keys[4], args[5])
  if before(args[4], past) then past = args[4] end
  local written = 0
  for i = 5, #keys do
    local block = args[i + 1]
    local evict = string.sub(block, 17, 24)
    if evict == NEVER or not before(evict, past) then
      local held = redis.call('GETRANGE', keys[i], 0, 39)
      local order = string.sub(block, 25, 40) .. string.sub(block, 1, 16)
      if #held < 40 or not before(order, string.sub(held, 25, 40) .. string.sub(held, 1, 16)) then
        redis.call('SET', keys[i], block)
        written = written + 1
      end
    end
  end
  return { wrote(keys), written }
end

-- then, keys: time and horizon of the view, windows, uses; args: newest event, horizon, how many windows, what each was and
-- what it is, then of each use the place of its windows, who uses it and last when (nothing: no more)
local function swap(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  advance(keys[4], args[4])
  redis.call('SET', keys[5], args[5])
  local swapped = {}
  local count = tonumber(args[6])
  for i = 1, count do
    local key, at = keys[i + 5], 2 * i + 5
    if redis.call('GETRANGE', key, 0, 7) == args[at] then
      if args[at + 1] ~= '' then redis.call('SET', key, args[at + 1]) end
      swapped[i] = 1
    else
      swapped[i] = 0
    end
  end
  for i = 1, #keys - 5 - count do
    local key, at = keys[i + 5 + count], 3 * i + 2 * count + 4
    if swapped[tonumber(args[at])] == 1 then
      if args[at + 2] == '' then
        redis.call('ZREM', key, args[at + 1])
      else
        redis.call('ZADD', key, args[at + 2], args[at + 1])
      end
    end
  end
  return { wrote(keys), swapped }
end

-- keys: what may go; args: how each began when that was decided
local function drop(keys, args)
  local gone = 0
  for i = 1, #keys do
    if redis.call('GETRANGE', keys[i], 0, #args[i] - 1) == args[i] then gone = gone + redis.call('UNLINK', keys[i]) end
  end
  return gone
end

-- then, args: place
local function pushed(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  if tonumber(redis.call('GET', keys[2]) or '0') < tonumber(args[4]) then redis.call('SET', keys[2], args[4]) end
  return { wrote(keys), 1 }
end

-- then, keys: set; args: member
local function mark(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  redis.call('SADD', keys[4], args[4])
  return { wrote(keys), 1 }
end
`;

const version = createHash('sha256').update(BODY).digest('hex').slice(0, 12);
const NAMES = ['put', 'swap', 'drop', 'pushed', 'mark'] as const;
export type FunctionName = (typeof NAMES)[number];

/** Other code has another name, so that two versions can work on one Redis at a time. */
export const functionOf = (name: FunctionName): string => `tiffin_${version}_${name}`;

/** A store that is full takes nothing more, but lets go. */
const registered = (name: FunctionName): string =>
  `redis.register_function{function_name='${functionOf(name)}', callback=${name}${name === 'drop' ? ", flags={'allow-oom'}" : ''}}`;

export const LIBRARY = `#!lua name=tiffin_${version}
${BODY}
${NAMES.map(registered).join('\n')}
`;
