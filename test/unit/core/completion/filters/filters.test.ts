import assert from 'node:assert/strict';
import { cleanUp } from '../../../../../src/core/completion/cleanUp';
import type { Extent } from '../../../../../src/core/completion/extent';
import { blankAfter } from '../../../../../src/core/completion/filters/blankAfter';
import { blankBefore } from '../../../../../src/core/completion/filters/blankBefore';
import type { Filter, Surroundings } from '../../../../../src/core/completion/filters/filter';
import { indentation } from '../../../../../src/core/completion/filters/indentation';
import { noRepetition } from '../../../../../src/core/completion/filters/noRepetition';
import { noSuffix } from '../../../../../src/core/completion/filters/noSuffix';
import { readable } from '../../../../../src/core/completion/filters/readable';
import { wholeWords } from '../../../../../src/core/completion/filters/wholeWords';
import { withinExtent } from '../../../../../src/core/completion/filters/withinExtent';
import { worthShowing } from '../../../../../src/core/completion/filters/worthShowing';

interface Case {
  /** The text with `|` where the cursor stands. */
  at: string;
  /** What the model wrote, and what is to be left of it. */
  wrote: string;
  gives: string;
  extent?: Extent;
  /** Whether the model was stopped before its end. */
  stopped?: boolean;
}

function golden(name: string, filter: Filter, cases: Record<string, Case>): void {
  describe(name, () => {
    for (const [title, { at, wrote, gives, extent = 'sentence', stopped }] of Object.entries(cases))
      it(title, () => {
        const [before = '', after = ''] = at.split('|');
        const where: Surroundings = { before, after, extent, finished: !stopped };
        assert.equal(filter(wrote, where), gives);
      });
  });
}

golden('A suggestion is readable', readable, {
  'plain text stays, with line ends, tabs and emoji': { at: 'a|', wrote: ' b\n\tc 👩‍🚀', gives: ' b\n\tc 👩‍🚀' },
  'it ends before half a character': { at: 'a|', wrote: ' good \ufffd and', gives: ' good ' },
  'it ends before a control character': { at: 'a|', wrote: 'x\u0007y', gives: 'x' },
});

golden('A suggestion and the blank before it', blankBefore, {
  'a blank that stands there is not repeated': { at: 'The |', wrote: ' old house', gives: 'old house' },
  'without one it stays': { at: 'The|', wrote: ' old house', gives: ' old house' },
  'an empty line begins with text': { at: 'One.\n\n|', wrote: '\n\n  Two.', gives: 'Two.' },
  'behind an indentation too': { at: '  |', wrote: '  - x', gives: '- x' },
});

golden('A suggestion ends with its sentence or paragraph', withinExtent, {
  'at the end of a sentence': { at: 'He|', wrote: ' left. She stayed.', gives: ' left.' },
  'not at the point of a number': { at: 'It is|', wrote: ' 3.5 km away', gives: ' 3.5 km away' },
  'not at an abbreviation': {
    at: 'We met|',
    wrote: ' Mr. Brown there. Then',
    gives: ' Mr. Brown there.',
  },
  'behind closing quotes': { at: 'He said “|', wrote: 'No.” Then he', gives: 'No.”' },
  'at the end of the line': { at: 'A title|', wrote: ' of two\nand more', gives: ' of two' },
  'in the next sentence, when the one before has ended': {
    at: 'It rained|',
    wrote: '. We went home. Then',
    gives: '. We went home.',
  },
  'nowhere when the model goes to the next line at once': { at: 'It rained.|', wrote: '\n\nThe', gives: '' },
  'a paragraph goes over lines and sentences': {
    at: 'He|',
    extent: 'paragraph',
    wrote: ' left. She\nstayed.\n\nThe end.',
    gives: ' left. She\nstayed.',
  },
});

golden('A suggestion consists of whole words', wholeWords, {
  'what the model was stopped in goes': { at: 'The|', wrote: ' old hou', stopped: true, gives: ' old' },
  'the only word stays': { at: 'lightho|', wrote: 'use', stopped: true, gives: 'use' },
  'what the model ended itself stays': { at: 'The|', wrote: ' old house', gives: ' old house' },
});

golden('A suggestion does not go in circles', noRepetition, {
  'it ends before three words that come again': {
    at: 'We saw|',
    wrote: ' a man in the room and a dog in the room and a cat',
    gives: ' a man in the room and a dog',
  },
  'it does not say again what was just written': {
    at: 'to be or not|',
    wrote: ' to be or not to be',
    gives: '',
  },
  'nor one word twice': { at: 'It was|', wrote: ' very very good', gives: ' very' },
  'nor a part of a word': { at: 'Fix the|', wrote: ' two-BasedBased on', gives: '' },
  'not even the word before': { at: 'It was|', wrote: ' was good', gives: '' },
  'two words may come again': {
    at: 'There|',
    wrote: ' of the house and of the garden',
    gives: ' of the house and of the garden',
  },
  'digits may': { at: 'Call|', wrote: ' 5 5 5', gives: ' 5 5 5' },
});

golden('A suggestion does not repeat what follows', noSuffix, {
  'the words behind the cursor': {
    at: 'She opened | the door.',
    wrote: 'slowly the door.',
    gives: 'slowly ',
  },
  'a bracket that is there': { at: 'It (a house|) is old', wrote: ' by the sea)', gives: ' by the sea' },
  'a quote that is there': { at: '"Come|"', wrote: ' in!"', gives: ' in!' },
  'the rest of the line, though it is short': { at: 'a | it', wrote: 'cat saw it', gives: 'cat saw ' },
  'letters that are there by chance stay': { at: 'in | a house', wrote: 'Oa', gives: 'Oa' },
  'nor the next line': { at: '- One\n- |\n- Three', wrote: 'Two\n- Three', gives: 'Two' },
  'nor all of it': { at: 'Title\n|\nThe sea was calm.', wrote: 'The sea was calm.', gives: '' },
  'other text stays': { at: 'A|\nB', wrote: ' C', gives: ' C' },
});

golden('A suggestion is indented and marked as its surroundings', indentation, {
  'new lines begin below the line of the cursor': {
    at: '    The old|',
    wrote: ' house\nstood',
    gives: ' house\n    stood',
  },
  'with its tabs': { at: '\tThe old|', wrote: ' house\n  stood', gives: ' house\n\tstood' },
  'an item is followed by items like it': {
    at: '* One|',
    wrote: ' thing\n- another\n- more',
    gives: ' thing\n* another\n* more',
  },
  'numbers count on': { at: '2. Two|', wrote: ' things\n2. x\n9. y', gives: ' things\n3. x\n4. y' },
  'nested items stay nested': { at: '  - a|', wrote: 'b\n- c', gives: 'b\n  - c' },
  'a new task is not done': { at: '- [x] a|', wrote: 'b\n- [x] c', gives: 'b\n- [ ] c' },
  'text below an item goes below its text': { at: '- a|', wrote: 'b\nc', gives: 'b\n  c' },
  'a quote goes on as a quote': { at: '> He said|', wrote: ' no\nand left', gives: ' no\n> and left' },
  'a list that begins keeps its marks': { at: 'We need|', wrote: ':\n- tea', gives: ':\n- tea' },
});

golden('Only what says something is suggested', worthShowing, {
  'no punctuation alone': { at: 'It is|', wrote: ' ...', gives: '' },
});

golden('A suggestion and the blank behind it', blankAfter, {
  'no blanks at the end': { at: 'It is|', wrote: ' so. \n', gives: ' so.' },
  'but before a word that follows': { at: 'She |came', wrote: 'never', gives: 'never ' },
  'not where a blank stands': { at: 'She | came', wrote: 'never ', gives: 'never' },
  'not in a script without spaces': { at: '她|来了', wrote: '从不', gives: '从不' },
  'not beside one either': { at: 'Kubernetes|集群', wrote: ' v2', gives: ' v2' },
});

golden('All filters together', cleanUp, {
  'clean a list of the model’s habits': {
    at: '1. First |\n3. Third',
    extent: 'paragraph',
    wrote: ' of all\r\n1. then\n3. Third\n\nEnd',
    gives: 'of all\n2. then',
  },
  'leave nothing of nothing': { at: 'Done.|', wrote: '\n', gives: '' },
  'finish the word and the sentence': {
    at: 'The lighth|',
    wrote: 'ouse was old. It',
    gives: 'ouse was old.',
  },
});
