import assert from 'node:assert/strict';
import { familyOf, refusal } from '../../../src/core/families';

describe('familyOf', () => {
  const cases: [string, string, string][] = [
    ['gpt2', 'GPT2LMHeadModel', 'causal'],
    ['llama', 'LlamaForCausalLM', 'causal'],
    ['bert', 'BertForMaskedLM', 'masked'],
    ['bert', 'BertForPreTraining', 'masked'],
    ['roberta', 'RobertaForMaskedLM', 'masked'],
    ['distilbert', 'DistilBertForSequenceClassification', 'classifier'],
    ['t5', 'T5ForConditionalGeneration', 'encoder-decoder'],
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
});
