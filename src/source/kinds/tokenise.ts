// Inline markup → calls for the parts a caller asks for; everything else passes silently.
import { Tokenizer } from 'htmlparser2';

type Handlers = Partial<ConstructorParameters<typeof Tokenizer>[1]>;

/** Runs htmlparser2's tokenizer over markup, entities left as they stand; positions are those of `source`. */
export function tokenise(source: string, handlers: Handlers): void {
  const nothing = (): void => {};
  const tokenizer = new Tokenizer(
    { xmlMode: true, decodeEntities: false },
    {
      onattribdata: nothing,
      onattribentity: nothing,
      onattribend: nothing,
      onattribname: nothing,
      oncdata: nothing,
      onclosetag: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onopentagname: nothing,
      onprocessinginstruction: nothing,
      onselfclosingtag: nothing,
      ontext: nothing,
      ontextentity: nothing,
      ...handlers,
    },
  );
  tokenizer.write(source);
  tokenizer.end();
}
