import { Fault } from '../fault';
import { scalar } from '../term';
import { jsonText, termOfJson } from './json-text';
import { arity, required, settled, textArgument, type TerraformFunction } from './signature';

/** @see https://developer.hashicorp.com/terraform/language/functions, "Encoding Functions" */
export const encodingFunctions: Readonly<Record<string, TerraformFunction>> = {
  base64decode: (given) => {
    arity(given, 1, 1);
    const text = textArgument(given, 0).replace(/[\r\n]/g, '');
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
      throw new Fault('no base64');
    try {
      const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        Buffer.from(text, 'base64'),
      );
      return scalar(decoded.normalize());
    } catch {
      throw new Fault('no UTF-8');
    }
  },
  base64encode: (given) => {
    arity(given, 1, 1);
    return scalar(Buffer.from(textArgument(given, 0), 'utf8').toString('base64'));
  },
  jsondecode: (given) => {
    arity(given, 1, 1);
    return termOfJson(textArgument(given, 0));
  },
  jsonencode: (given) => {
    arity(given, 1, 1);
    return scalar(jsonText(settled(given[0] ?? required(given, 0))));
  },
  urlencode: (given) => {
    arity(given, 1, 1);
    const encoded = encodeURIComponent(textArgument(given, 0)).replaceAll('%20', '+');
    return scalar(encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`));
  },
};
