import { type Expression, ParseError, parseExpression, prettifyExpression } from '@hearth/promql';
import { badData, type HttpError, invalidParameter } from '../errors/http-errors.ts';
import { valuePart } from '../json/json-part.ts';
import { type ApiRoute, READ_BY_FORM } from './route.ts';
import { printTree } from './tree-json.ts';

/** `/format_query` and `/parse_query`. */
export function expressionRoutes(): readonly ApiRoute[] {
  return [
    {
      methods: READ_BY_FORM,
      path: '/format_query',
      answer: ({ form }) => ({ data: valuePart(prettifyExpression(parseQuery(form.get('query')))) }),
    },
    {
      methods: READ_BY_FORM,
      path: '/parse_query',
      answer: ({ form }) => ({ data: valuePart(printTree(parseQuery(form.get('query')))) }),
    },
  ];
}

function parseQuery(text: string): Expression {
  return parseOr(text, (reason, cause) => invalidParameter('query', reason, cause));
}

/** As `parseQuery`, but the message does not name the parameter, as that of `/query_exemplars`. */
export function parsePlainQuery(text: string): Expression {
  return parseOr(text, badData);
}

function parseOr(text: string, refuse: (reason: string, cause: unknown) => HttpError): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof ParseError) throw refuse(error.message, error);
    throw error;
  }
}
