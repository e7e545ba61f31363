/**
 * A query over three subgraphs, one after another, through the gateway, against the same three calls made by hand to the
 * subgraphs' executors and joined, and against a route that only parses and answers as many bytes: all on one port of
 * one process with the four real subgraphs over Postgres, request log on, so that the ratios are the gateway's.
 */
import { compareThreeHops, reportOf } from './three-hops/compare.ts';

const ROUNDS = 7;
const paths = { gateway: '/graphql', byHand: '/by-hand', echo: '/echo' };
console.log(reportOf(await compareThreeHops({ paths, rounds: ROUNDS }), ROUNDS));
