using MtlStudio.Core;
using MtlStudio.Core.Analysis;

namespace MtlStudio.Store;

/// <summary>One example of a queue, with the filter's own measure of it.</summary>
internal sealed record OrderedExample(PoolExample Example, double? Measure);

/// <summary>Chooses a review's examples and their order.</summary>
internal static class ReviewOrder
{
    /// <summary>Each task's examples by the filter, at most so many; the tasks take turns, so that a review which is half done speaks for all of them.</summary>
    public static IReadOnlyList<OrderedExample> Of(IReadOnlyList<PoolTask> tasks, ReviewDraft draft, long seed)
    {
        if (draft.Filter == ReviewFilter.Chosen)
            return [.. draft.Chosen.Distinct().Select(wanted => tasks.Where(task => task.Name == wanted.Task).SelectMany(task => task.Examples)
                .FirstOrDefault(example => example.Example == wanted.Example)).OfType<PoolExample>().Select(example => new OrderedExample(example, null))];
        var queues = tasks.Select((task, k) => Choose(task, draft.Filter, seed, k).Take(draft.PerTask).ToList()).ToList();
        return
        [
            .. Enumerable.Range(0, queues.Max(queue => (int?)queue.Count) ?? 0)
                .SelectMany(turn => queues.Where(queue => turn < queue.Count).Select(queue => queue[turn])),
        ];
    }

    /// <summary>Which run stands at A, B, C, D of an item: the places as digits.</summary>
    public static string Positions(long seed, int number, int runs)
    {
        var places = Enumerable.Range(0, runs).ToArray();
        new KeyedRandom(seed, "review positions", number).Shuffle(places.AsSpan());
        return string.Concat(places);
    }

    private static IEnumerable<OrderedExample> Choose(PoolTask task, ReviewFilter filter, long seed, int place)
    {
        var shuffled = task.Examples.ToArray();
        new KeyedRandom(seed, "review order", place).Shuffle(shuffled.AsSpan());
        // The sorts are stable: equal measures stay in the drawn order.
        switch (filter)
        {
            case ReviewFilter.Changed:
                return shuffled.Select(example => new OrderedExample(example, Change(example))).Where(one => one.Measure > 0).OrderByDescending(one => one.Measure);
            case ReviewFilter.Worst:
                var (worst, isGood) = ScoreOf(task);
                var measured = shuffled.Select(example => new OrderedExample(example, example.Answers.Average(worst)));
                return isGood ? measured.OrderBy(one => one.Measure) : measured.OrderByDescending(one => one.Measure);
            case ReviewFilter.Disagreeing:
                var (score, _) = ScoreOf(task);
                return shuffled.Select(example => new OrderedExample(example, example.Answers.Max(score) - example.Answers.Min(score)))
                    .Where(one => one.Measure > 0).OrderByDescending(one => one.Measure);
            case ReviewFilter.Cut:
                return shuffled.Where(example => example.Answers.Any(answer => answer.Cut)).Select(example => new OrderedExample(example, null));
            default:
                return shuffled.Select(example => new OrderedExample(example, null));
        }
    }

    /// <summary>The mean word distance over the pairs of outputs.</summary>
    private static double Change(PoolExample example)
    {
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < example.Answers.Count; i++)
            for (var j = i + 1; j < example.Answers.Count; j++, pairs++)
                sum += WordDiff.Distance(example.Answers[i].Output, example.Answers[j].Output);
        return sum / pairs;
    }

    /// <summary>The task's primary metric where every answer has it; else the loss of the reference.</summary>
    private static (Func<Sample, double> Of, bool HigherIsBetter) ScoreOf(PoolTask task)
    {
        var scores = task.Examples.SelectMany(example => example.Answers)
            .ToDictionary(answer => answer.Id, answer => answer.ReadScores().TryGetValue(task.Metric, out var score) && double.IsFinite(score) ? score : double.NaN);
        // A loss that is not finite is stored as none: nothing is worse.
        return scores.Values.Any(double.IsNaN) ? (answer => answer.Loss ?? float.MaxValue, false) : (answer => scores[answer.Id], task.HigherIsBetter);
    }
}
