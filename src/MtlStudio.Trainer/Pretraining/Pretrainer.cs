using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Schedules;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Training;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;
using TorchSharp;

namespace MtlStudio.Trainer.Pretraining;

/// <summary>What a pre-training came to; kept beside the model as <c>pretrain.json</c>, with all that repeats it.</summary>
public sealed record PretrainReport(PretrainSpec Spec, string TextSha256, int Documents, long Parameters, long TrainedTokens, double TrainLoss, double? ValidationLoss, double? ValidationPerplexity, int Threads, string Version);

/// <summary>
/// Trains a fresh Llama-layout model on text: learns a byte-level BPE vocabulary, packs documents into rows (they do not
/// see each other), trains every weight by AdamW with a cosine, and writes a folder in Hugging Face layout. The same spec
/// on one machine gives the same bytes.
/// </summary>
public static class Pretrainer
{
    /// <param name="output">The model's folder; must not exist or be empty. It appears whole or not at all.</param>
    /// <param name="stepped">Told steps done and the loss.</param>
    /// <param name="cancellation">Ends it without a trace.</param>
    public static PretrainReport Train(PretrainSpec spec, string specFolder, string output, ComputeChoice compute, Action<int, double> stepped, CancellationToken cancellation)
    {
        spec.Validate();
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new InvalidInputException("--out", $"{output} is not empty: name a new folder");
        var text = PretrainText.Read(spec.Text, specFolder);
        if (spec.Validation >= text.Documents.Count) throw new InvalidInputException("validation", $"There are {text.Documents.Count} documents, too few to hold out {spec.Validation}");
        var temporary = $"{Path.GetFullPath(output).TrimEnd(Path.DirectorySeparatorChar)}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            var report = TrainInto(temporary, spec, text, compute, stepped, cancellation);
            if (Directory.Exists(output)) Directory.Delete(output);
            AtomicFile.PublishFolder(temporary, Path.GetFullPath(output));
            return report;
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static PretrainReport TrainInto(string folder, PretrainSpec spec, PretrainText text, ComputeChoice compute, Action<int, double> stepped, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var order = Enumerable.Range(0, text.Documents.Count).ToArray();
        new KeyedRandom(spec.Seed, "pretrain/hold-out").Shuffle(order.AsSpan());
        var held = order[..spec.Validation].ToHashSet();
        var learner = new ByteLevelBpeTrainer(new() { VocabularySize = spec.Vocabulary, ModelMaxLength = spec.Positions });
        for (var i = 0; i < text.Documents.Count; i++) if (!held.Contains(i)) learner.Add(text.Documents[i]);
        learner.LearnInto(folder, cancellation);
        var tokenizer = Tokenizer.Load(folder);
        var train = Enumerable.Range(0, text.Documents.Count).Where(i => !held.Contains(i)).SelectMany(i => PretrainText.Encode(tokenizer, text.Documents[i], spec.Positions)).ToList();
        var validation = held.Order().SelectMany(i => PretrainText.Encode(tokenizer, text.Documents[i], spec.Positions)).ToList();

        using var model = CausalLm.Create(ConfigOf(spec, tokenizer), spec.Seed, new() { Device = compute.Torch });
        using var tuning = new FullFineTuning(model);
        using var parameters = new FlatParameters(FineTuningWeights.Trainable(tuning, decayNorms: false), compute.Torch);
        using var rows = new GradientRows(parameters, 1);
        using var optimizer = new AdamW(parameters, new(Beta2: spec.Beta2, WeightDecay: spec.WeightDecay));
        var step = new MultiTaskStep(["text"], CausalLosses.Of(model, spec.Seed), parameters, rows, new EqualPolicy(), optimizer, new() { Seed = spec.Seed, LossMode = LossMode.Token, ClipNorm = spec.ClipNorm });
        var rate = new LearningRate("cosine", spec.Lr, spec.WarmupSteps, spec.MinRatio, spec.Steps);
        var batches = Batches(train, spec).GetEnumerator();
        var (trained, smooth) = (0L, double.NaN);
        for (var s = 0; s < spec.Steps; s++)
        {
            cancellation.ThrowIfCancellationRequested();
            batches.MoveNext();
            var result = step.Take(s, [batches.Current], rate.At(s));
            if (!result.Stepped) throw new NonFiniteException($"The loss is not finite at step {s + 1}: lower lr (now {spec.Lr}), or set clipNorm");
            trained += result.Tokens[0];
            smooth = double.IsNaN(smooth) ? result.Loss : 0.98 * smooth + 0.02 * result.Loss;
            stepped(s + 1, smooth);
        }
        var loss = validation.Count == 0 ? (double?)null : Validate(model, validation);
        ModelFolder.Write(model, folder);
        var report = new PretrainReport(spec, text.Sha256, text.Documents.Count, parameters.Count, trained, smooth, loss, loss is { } l ? Math.Exp(l) : null, compute.Threads, RunEnvironment.Version);
        AtomicFile.WriteText(Path.Combine(folder, "pretrain.json"), JsonSerializer.Serialize(report, WireJson.Indented) + "\n");
        return report;
    }

    /// <summary>Micro-batches of packed rows without end: each epoch shuffles the documents, packs them and deals the rows out; a short rest begins the next.</summary>
    private static IEnumerable<MicroBatch> Batches(List<LabeledIds> documents, PretrainSpec spec)
    {
        var waiting = new List<IReadOnlyList<LabeledIds>>();
        for (long epoch = 0; ; epoch++)
        {
            var order = Enumerable.Range(0, documents.Count).ToArray();
            new KeyedRandom(spec.Seed, "pretrain/epoch", epoch).Shuffle(order.AsSpan());
            foreach (var row in Packing.Rows([.. order.Select(i => documents[i].Ids.Length)], spec.Positions))
            {
                waiting.Add([.. row.Select(i => documents[order[i]])]);
                if (waiting.Count < spec.Batch) continue;
                var at = 0;
                yield return new(0, 0, [.. waiting.SelectMany(r => r)]) { Rows = [.. waiting.Select(r => (IReadOnlyList<int>)[.. r.Select(_ => at++)])] };
                waiting.Clear();
            }
        }
    }

    private static double Validate(CausalLm model, List<LabeledIds> documents)
    {
        var losses = ExampleLosses.Of(model, [.. documents.Select((document, i) => new EvaluationExample(i, "", [], [], document))], _ => false)!;
        return losses.Sum(loss => loss.Sum) / losses.Sum(loss => loss.Tokens);
    }

    private static ModelConfig ConfigOf(PretrainSpec spec, Tokenizer tokenizer) => new()
    {
        ModelType = "llama", VocabSize = tokenizer.VocabularySize, HiddenSize = spec.Hidden,
        IntermediateSize = spec.Intermediate > 0 ? spec.Intermediate : (spec.Hidden * 8 / 3 + 15) / 16 * 16,
        NumHiddenLayers = spec.Layers, NumAttentionHeads = spec.Heads, NumKeyValueHeads = spec.KeyValueHeads > 0 ? spec.KeyValueHeads : spec.Heads,
        HeadDim = spec.Hidden / spec.Heads, MaxPositionEmbeddings = spec.Positions, NormEps = 1e-5, HiddenAct = "silu", TieWordEmbeddings = true,
        Rope = new() { OriginalMaxPositionEmbeddings = spec.Positions },
        BosTokenId = tokenizer.BosId, EosTokenIds = tokenizer.EosId is { } end ? [end] : [], PadTokenId = tokenizer.PadId,
    };
}
