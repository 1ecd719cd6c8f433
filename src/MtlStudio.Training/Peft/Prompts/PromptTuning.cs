using System.Text.Json.Nodes;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>Prompt tuning (Lester et al. 2021): n trained embeddings in front of every document.</summary>
public static class PromptTuning
{
    internal const string PeftType = "PROMPT_TUNING";

    /// <param name="fromVocabulary">Begins from rows of the embedding table, drawn by seed; else from normal numbers of the table's own deviation.</param>
    /// <exception cref="InvalidInputException">The count is out of range.</exception>
    public static Adapter Attach(CausalLm model, int tokens, bool fromVocabulary, long seed)
    {
        PromptCounts.Check(model, tokens);
        return Adapter.New(model, Plan(model, tokens, fromVocabulary), seed);
    }

    internal static AdapterPlan Read(AdapterSource source) => Plan(source.Model, PromptCounts.Read(source.Config), fromVocabulary: true);

    private static AdapterPlan Plan(CausalLm model, int tokens, bool fromVocabulary)
    {
        var config = PromptCounts.Config(model, PeftType, tokens, model.Config.HiddenSize, model.Config.NumAttentionHeads);
        config["prompt_tuning_init"] = "RANDOM";
        return new(config, [new PromptPart(model, PromptForm.Embeddings, tokens, model.Config.HiddenSize, encoder: null, (slot, seed) => Start(model, slot, fromVocabulary, seed))]);
    }

    private static void Start(CausalLm model, ParameterSlot slot, bool fromVocabulary, long seed)
    {
        using var scope = NewDisposeScope();
        var table = model.Embeddings[0].Weight.Stored;
        if (!fromVocabulary)
        {
            slot.Normal(model, table.std().to(float64).item<double>(), seed);
            return;
        }
        var random = new KeyedRandom(seed, slot.Name);
        var rows = Enumerable.Range(0, (int)slot.Shape[0]).Select(_ => (long)random.NextInt(model.Config.VocabSize)).ToArray();
        slot.Copy(model, table.index_select(0, tensor(rows, int64, model.Device)));
    }
}
