using MtlStudio.Core.Estimates;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Evaluation;

/// <summary>The loss of each example's first reference.</summary>
public static class ExampleLosses
{
    /// <summary>−Σ ln p (nats) of every example's trained tokens and their number, in the examples' order; null where it was cancelled.</summary>
    /// <param name="cancelled">Asked after each batch, with the examples just done.</param>
    public static IReadOnlyList<LogLikelihood>? Of(CausalLm model, IReadOnlyList<EvaluationExample> examples, Func<int, bool> cancelled)
    {
        var results = new LogLikelihood[examples.Count];
        Array.Fill(results, new(double.NaN, 0));
        foreach (var rows in Passes([.. Enumerable.Range(0, examples.Count).Where(i => examples[i].Labeled is not null).Select(i => (i, examples[i].Labeled!))]))
        {
            var sums = new double[rows.Count];
            foreach (var (loss, at) in Losses(model, [.. rows.Select(row => row.Labeled)])) sums[at] += loss;
            for (var i = 0; i < rows.Count; i++) results[rows[i].Number] = new(sums[i], rows[i].Labeled.Tokens);
            if (cancelled(rows.Count)) return null;
        }
        return results;
    }

    /// <summary>The loss (nats) of each trained token, or answer of a head, of each example, in their order.</summary>
    public static IReadOnlyList<float[]> EachOf(CausalLm model, IReadOnlyList<LabeledIds> examples)
    {
        var results = new List<float>[examples.Count];
        for (var i = 0; i < results.Length; i++) results[i] = [];
        foreach (var rows in Passes([.. examples.Select((example, i) => (i, example))]))
            foreach (var (loss, at) in Losses(model, [.. rows.Select(row => row.Labeled)])) results[rows[at].Number].Add((float)loss);
        return [.. results.Select(losses => losses.ToArray())];
    }

    /// <summary>The mean loss (nats a trained token) of each example, in their order.</summary>
    public static double[] MeansOf(CausalLm model, IReadOnlyList<LabeledIds> examples) =>
        [.. Of(model, [.. examples.Select((example, i) => new EvaluationExample(i, "", [], [], example))], _ => false)!.Select(loss => loss.Sum / loss.Tokens)];

    /// <summary>Examples of like length together, as many as a pass bears.</summary>
    private static IEnumerable<List<(int Number, LabeledIds Labeled)>> Passes(IReadOnlyList<(int Number, LabeledIds Labeled)> examples)
    {
        var rows = examples.OrderBy(row => row.Labeled.Ids.Length).ToList();
        for (var start = 0; start < rows.Count;)
        {
            var count = 1;
            while (start + count < rows.Count && (count + 1) * rows[start + count].Labeled.Ids.Length <= EvaluationLimits.TokensPerPass) count++;
            yield return rows.GetRange(start, count);
            start += count;
        }
    }

    /// <summary>Each loss of a pass with the number of its example in it; an example's own are in the order of its tokens.</summary>
    private static List<(double Loss, int Example)> Losses(CausalLm model, IReadOnlyList<LabeledIds> examples)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var batch = new MicroBatch(0, 0, examples).Collate(model.Device);
        var hidden = model.Hidden(batch.Ids, batch.Layout);
        if (batch.Heads is not { } asked) return Paired(TokenLoss.PerToken(model, hidden, batch.Labels), [.. batch.Labels.Example.Select(example => (int)example)]);
        var head = model.Heads[model.Task!];
        return Paired(HeadLosses.Plain(head.Plan, head.Forward(hidden, asked), asked), asked.Example);
    }

    private static List<(double, int)> Paired(Tensor losses, int[] owners) => [.. losses.to(float64).cpu().data<double>().ToArray().Zip(owners)];
}
