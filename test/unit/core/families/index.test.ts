import assert from 'node:assert/strict';
import {
  familyOf,
  refusal as refusalMessage,
  taskNames,
  whatCan as whatCanMessage,
  type Task,
} from '../../../../src/core/families';
import { english } from '../../../../src/core/message';

describe('familyOf', () => {
  const cases: [string, string, string][] = [
    ['gpt2', 'GPT2LMHeadModel', 'causal'],
    ['llama', 'LlamaForCausalLM', 'causal'],
    ['bert', 'BertForMaskedLM', 'masked'],
    ['bert', 'BertForPreTraining', 'masked'],
    ['roberta', 'RobertaForMaskedLM', 'masked'],
    ['distilbert', 'DistilBertForSequenceClassification', 'classifier'],
    ['gpt_neo', 'GPTNeoForCausalLM', 'causal'],
    ['opt', 'OPTForCausalLM', 'causal'],
    ['qwen2', 'Qwen2ForCausalLM', 'causal'],
    ['albert', 'AlbertForMaskedLM', 'masked'],
    ['big_bird', 'BigBirdForMaskedLM', 'masked'],
    ['electra', 'ElectraForMaskedLM', 'masked'],
    ['electra', 'ElectraForPreTraining', 'encoder'],
    ['bert', 'BertForQuestionAnswering', 'question-answering'],
    ['bert', 'BertForNextSentencePrediction', 'next-sentence'],
    ['bart', 'BartForSequenceClassification', 'classifier'],
    ['bart', 'BartForConditionalGeneration', 'encoder-decoder'],
    ['marian', 'MarianMTModel', 'encoder-decoder'],
    ['t5', 'T5ForConditionalGeneration', 'encoder-decoder'],
    ['t5', 'T5WithLMHeadModel', 'encoder-decoder'],
    ['bert', 'BertModel', 'encoder'],
    ['gpt2', 'GPT2Model', 'causal'],
  ];
  for (const [type, architecture, family] of cases) {
    it(`knows ${architecture} as ${family}`, () => {
      assert.equal(familyOf({ model_type: type, architectures: [architecture] }).name, family);
    });
  }

  it('goes by model_type when config.json names no architecture', () => {
    assert.equal(familyOf({ model_type: 'gpt2', architectures: null }).name, 'causal');
    assert.equal(familyOf({ model_type: 'opt' }).name, 'causal');
  });
});

describe('refusal', () => {
  const refusal = (...asked: Parameters<typeof refusalMessage>): string | undefined => {
    const reason = refusalMessage(...asked);
    return reason && english(reason);
  };
  const whatCan = (task: Task): string => english(whatCanMessage(task));

  const gpt2 = familyOf({ architectures: ['GPT2LMHeadModel'] });
  const bert = familyOf({ architectures: ['BertForMaskedLM'] });

  it('says nothing when the family can do the task', () => {
    assert.equal(refusal(gpt2, 'continue', 'gpt2'), undefined);
    assert.equal(refusal(bert, 'fill', 'bert'), undefined);
  });

  it('says why a causal model fills no masks, and what does', () => {
    const reason = refusal(gpt2, 'fill', 'gpt2');
    assert.match(
      reason!,
      /"gpt2" can't fill masks: it is a causal model, which sees only the text to the left/,
    );
    assert.match(reason!, /Choose a masked model/);
  });

  it('says why a masked model continues nothing, and what does', () => {
    assert.match(refusal(bert, 'continue', 'bert')!, /sees both sides.*Choose a causal model/);
  });

  it('leaves it to the graph whether a masked model has a head for sentence pairs', () => {
    assert.equal(refusal(bert, 'nextSentence', 'bert'), undefined);
    assert(!bert.tasks.includes('nextSentence'));
    const pretrained = familyOf({ architectures: ['BertForPreTraining'] });
    assert(pretrained.tasks.includes('nextSentence'));
    assert.match(
      refusal(gpt2, 'nextSentence', 'gpt2')!,
      /Choose a next-sentence model, or a masked one with a head/,
    );
  });

  it('knows that T5 and BART fill gaps and that Marian only rewrites', () => {
    const of = (type: string) => familyOf({ model_type: type, is_encoder_decoder: true });
    assert.equal(refusal(of('t5'), 'infill', 't5'), undefined);
    assert.equal(refusal(of('bart'), 'infill', 'bart'), undefined);
    assert.equal(refusal(of('marian'), 'rewrite', 'marian'), undefined);
    assert.match(
      refusal(of('marian'), 'infill', 'marian')!,
      /no token for a gap.*Choose an encoder-decoder model/,
    );
  });

  it('has for each family a sentence on every task that it lacks, with what has it', () => {
    const families = [
      'GPT2LMHeadModel',
      'BertForMaskedLM',
      'BertForSequenceClassification',
      'BertForQuestionAnswering',
      'BertForNextSentencePrediction',
      'T5ForConditionalGeneration',
      'BertModel',
    ].map((name) => familyOf({ architectures: [name] }));
    assert.equal(new Set(families.map(({ name }) => name)).size, 7);
    for (const family of families)
      for (const task of Object.keys(taskNames) as Task[]) {
        const reason = refusal(family, task, 'it');
        if (family.tasks.includes(task) || family.tasksByHead?.includes(task))
          assert.equal(reason, undefined);
        else
          assert.equal(
            reason,
            `"it" can't ${english(taskNames[task])}: it ${english(family.reads)}. ${whatCan(task)}`,
            family.name,
          );
        assert.match(whatCan(task), /^Choose an? [a-z-]+.* model.*\.$/);
      }
  });

  it('names what can do a task', () => {
    assert.equal(whatCan('answer'), 'Choose a question-answering model for this.');
    assert.equal(whatCan('predict'), 'Choose an encoder-decoder or masked or causal model for this.');
  });
});
