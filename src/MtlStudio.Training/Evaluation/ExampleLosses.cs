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
    /// <summary>Columns of a pass, padding included; bounds memory.</summary>
    private const int TokensPerPass = 8192;

    /// <summary>−Σ ln p (nats) of every example's trained tokens and their number, in the examples' order; null where it was cancelled.</summary>
    /// <param name="cancelled">Asked after each batch, with the examples just done.</param>
    public static IReadOnlyList<LogLikelihood>? Of(CausalLm model, IReadOnlyList<EvaluationExample> examples, Func<int, bool> cancelled)
    {
        var results = new LogLikelihood[examples.Count];
        Array.Fill(results, new(double.NaN, 0));
        var rows = Enumerable.Range(0, examples.Count).Where(i => examples[i].Labeled is not null).OrderBy(i => examples[i].Labeled!.Ids.Length).ToList();
        using var frozen = no_grad();
        for (var start = 0; start < rows.Count;)
        {
            var count = 1;
            while (start + count < rows.Count && (count + 1) * examples[rows[start + count]].Labeled!.Ids.Length <= TokensPerPass) count++;
            Score(model, [.. rows.GetRange(start, count).Select(i => (i, examples[i].Labeled!))], results);
            start += count;
            if (cancelled(count)) return null;
        }
        return results;
    }

    /// <summary>The mean loss (nats a trained token) of each example, in their order.</summary>
    public static double[] MeansOf(CausalLm model, IReadOnlyList<LabeledIds> examples) =>
        [.. Of(model, [.. examples.Select((example, i) => new EvaluationExample(i, "", [], [], example))], _ => false)!.Select(loss => loss.Sum / loss.Tokens)];

    private static void Score(CausalLm model, IReadOnlyList<(int Number, LabeledIds Labeled)> rows, LogLikelihood[] results)
    {
        using var scope = NewDisposeScope();
        var batch = new MicroBatch(0, 0, [.. rows.Select(row => row.Labeled)]).Collate(model.Device);
        if (batch.Heads is { } asked)
        {
            var head = model.Heads[model.Task!];
            var losses = HeadLosses.Plain(head.Plan, head.Forward(model.Hidden(batch.Ids, batch.Layout), asked), asked).to(float64).cpu().data<double>();
            for (var i = 0; i < rows.Count; i++) results[rows[i].Number] = new(0, rows[i].Labeled.Tokens);
            for (var i = 0; i < asked.Answers; i++) results[rows[asked.Example[i]].Number] = results[rows[asked.Example[i]].Number] with { Sum = results[rows[asked.Example[i]].Number].Sum + losses[i] };
            return;
        }
        var sums = TokenLoss.PerExample(model, model.Hidden(batch.Ids, batch.Layout), batch.Labels).to(float64).cpu().data<double>();
        for (var i = 0; i < rows.Count; i++) results[rows[i].Number] = new(sums[i], rows[i].Labeled.Tokens);
    }
}
