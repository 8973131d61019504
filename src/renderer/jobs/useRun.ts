import { useState } from 'react';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { ParamSpec, ParamValue } from '../../shared/params.js';
import { errorField, type FieldError, type FormValues, type ParsedForm, parseForm } from './param-form.js';

export interface Run {
  sending: boolean;
  errors: Readonly<Record<string, FieldError>>;
  /** What is wrong with the whole. */
  whole: ErrorValue | null;
  /** Answers whether it was queued. */
  send(values: FormValues): Promise<boolean>;
  clear(name?: string): void;
}

/** Sends the form, read by `parse`, and keeps what came back as wrong. */
export function useRun(
  params: readonly ParamSpec[],
  queue: (overrides: Record<string, ParamValue>) => Promise<unknown>,
  parse: (values: FormValues) => ParsedForm = (values) => parseForm(params, values),
): Run {
  const [sending, setSending] = useState(false);
  const [errors, setErrors] = useState<Readonly<Record<string, FieldError>>>({});
  const [whole, setWhole] = useState<ErrorValue | null>(null);
  return {
    sending,
    errors,
    whole,
    clear(name) {
      setWhole(null);
      setErrors((all) =>
        name === undefined ? {} : Object.fromEntries(Object.entries(all).filter(([one]) => one !== name)),
      );
    },
    async send(values) {
      // A second press may be quicker than the answer.
      if (sending) return false;
      const parsed = parse(values);
      setErrors(parsed.errors);
      setWhole(null);
      if (Object.keys(parsed.errors).length > 0) return false;
      setSending(true);
      try {
        await queue(parsed.overrides);
        return true;
      } catch (thrown) {
        const error = toErrorValue(thrown);
        const field = errorField(error, params);
        if (field !== null) setErrors({ [field.name]: field.error });
        else setWhole(error);
        return false;
      } finally {
        setSending(false);
      }
    },
  };
}
