import { createHash } from 'node:crypto';

/**
 * What runs inside Redis: each call is one step that nothing comes between. Bytes are compared one by one, since Lua
 * compares text by the server’s locale.
 */
const BODY = `
local function before(a, b)
  for i = 1, #a do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return false
end

local function lost(keys, args)
  if redis.call('GET', keys[1]) ~= args[1] then
    return redis.error_reply('LOST the store is another than the one that was written to')
  end
end

local function advance(key, time)
  local newest = redis.call('GET', key)
  if newest and not before(newest, time) then return newest end
  redis.call('SET', key, time)
  return time
end

local NEVER = '${String.raw`\0`.repeat(8)}'

-- keys: generation, time of the view, blocks; args: generation, now, newest event, blocks with their places
local function put(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  local past = advance(keys[2], args[3])
  if before(args[2], past) then past = args[2] end
  local written = 0
  for i = 3, #keys do
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
  return written
end

-- keys: generation, time and horizon of the view, windows, then uses; args: generation, newest event, horizon, how many
-- windows, what each was and what it is, then of each use the place of its windows, who uses it and last when (nothing: no more)
local function swap(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  advance(keys[2], args[2])
  local swapped = {}
  redis.call('SET', keys[3], args[3])
  local count = tonumber(args[4])
  for i = 1, count do
    local key, at = keys[i + 3], 2 * i + 3
    if redis.call('GETRANGE', key, 0, 7) == args[at] then
      if args[at + 1] ~= '' then redis.call('SET', key, args[at + 1]) end
      swapped[i] = 1
    else
      swapped[i] = 0
    end
  end
  for i = 1, #keys - 3 - count do
    local key, at = keys[i + 3 + count], 3 * i + 2 * count + 2
    if swapped[tonumber(args[at])] == 1 then
      if args[at + 2] == '' then
        redis.call('ZREM', key, args[at + 1])
      else
        redis.call('ZADD', key, args[at + 2], args[at + 1])
      end
    end
  end
  return swapped
end

-- keys: what may go; args: how each began when that was decided
local function drop(keys, args)
  local gone = 0
  for i = 1, #keys do
    if redis.call('GETRANGE', keys[i], 0, #args[i] - 1) == args[i] then gone = gone + redis.call('UNLINK', keys[i]) end
  end
  return gone
end

-- keys: generation, pushed; args: generation, place
local function pushed(keys, args)
  local refused = lost(keys, args)
  if refused then return refused end
  if tonumber(redis.call('GET', keys[2]) or '0') < tonumber(args[2]) then redis.call('SET', keys[2], args[2]) end
  return 1
end

-- keys: generation, set; args: generation, member
local function mark(keys, args)
  return lost(keys, args) or redis.call('SADD', keys[2], args[2])
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
