using MtlStudio.Core.Estimates;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Evaluation;

/// <summary>What a task's head answers, and the losses of its answers, of one pass.</summary>
public static class HeadAnswers
{
    /// <summary>An answer and the summed loss (0 answers with a loss: none) for each example, in their order; null where it was cancelled.</summary>
    /// <param name="examples">Of a task that has a head.</param>
    /// <param name="cancelled">Asked after each batch, with the examples just done.</param>
    public static (IReadOnlyList<HeadAnswer> Answers, IReadOnlyList<LogLikelihood> Losses)? Of(
        CausalLm model, TaskHead head, IReadOnlyList<EvaluationExample> examples, Func<int, bool> cancelled)
    {
        var (answers, losses) = (new HeadAnswer[examples.Count], new LogLikelihood[examples.Count]);
        var rows = Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Labeled!.Ids.Length).ToList();
        using var frozen = no_grad();
        for (var start = 0; start < rows.Count;)
        {
            var count = 1;
            while (start + count < rows.Count && (count + 1) * examples[rows[start + count]].Labeled!.Ids.Length <= EvaluationLimits.TokensPerPass) count++;
            Answer(model, head, examples, rows.GetRange(start, count), answers, losses);
            start += count;
            if (cancelled(count)) return null;
        }
        return (answers, losses);
    }

    private static void Answer(CausalLm model, TaskHead head, IReadOnlyList<EvaluationExample> examples, List<int> rows, HeadAnswer[] answers, LogLikelihood[] losses)
    {
        using var scope = NewDisposeScope();
        var batch = new MicroBatch(0, 0, [.. rows.Select(row => examples[row].Labeled!)]).Collate(model.Device);
        var asked = batch.Heads!;
        var outputs = head.Forward(model.Hidden(batch.Ids, batch.Layout), asked);
        var each = HeadLosses.Plain(head.Plan, outputs, asked).to(float64).cpu().data<double>().ToArray();
        var flat = outputs.to(float64).cpu().contiguous().data<double>().ToArray();
        for (int i = 0, at = 0; i < rows.Count; i++)
        {
            var (example, targets) = (examples[rows[i]], examples[rows[i]].Labeled!.Head!);
            answers[rows[i]] = HeadAnswer.Of(head.Plan, flat.AsSpan(at * head.Plan.Outputs, targets.Answers * head.Plan.Outputs), example.Words);
            losses[rows[i]] = new(targets.Known == 0 ? double.NaN : each.AsSpan(at, targets.Answers).ToArray().Sum(), targets.Known);
            at += targets.Answers;
        }
    }
}
