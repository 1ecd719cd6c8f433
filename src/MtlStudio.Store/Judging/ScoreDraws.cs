using System.Collections.Concurrent;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Metrics;

namespace MtlStudio.Store.Judging;

/// <summary>How a run's evaluations of a task (or those of several seeds) stand beside their references'.</summary>
/// <param name="Pairs">One a seed, at least one; each has both sides.</param>
internal sealed record DrawQuestion(string Task, IMetric Metric, IReadOnlyList<Pairing> Pairs)
{
    /// <summary>Sets never change, so their numbers say all that the answer depends on.</summary>
    public string Key { get; } = $"{Task}/{Metric.Name}/{string.Join(',', Pairs.Select(pair => $"{pair.Model!.Id}:{pair.Reference!.Id}"))}";
}

/// <param name="Chance">What guessing scores; NaN where that is not known.</param>
internal sealed record DrawAnswer(PairedDraws Draws, double Chance);

/// <summary>
/// Draws the resamples that verdicts are read from. What was drawn once is kept for the next to ask, and what is asked together
/// is drawn together: each evaluation is read and scored once, however many runs stand beside it.
/// </summary>
internal sealed class ScoreDraws(JudgeReader reader) : IDisposable
{
    private const int MostKept = 1024;

    private readonly ConcurrentDictionary<string, DrawAnswer?> kept = new();
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>By the questions' keys; null where the two sides have no example with the metric in common.</summary>
    public async Task<IReadOnlyDictionary<string, DrawAnswer?>> OfAsync(IReadOnlyCollection<DrawQuestion> questions, CancellationToken cancellation)
    {
        var answers = new Dictionary<string, DrawAnswer?>();
        // A task at a time, so that no more than its evaluations are in memory at once.
        foreach (var task in questions.GroupBy(question => (question.Task, question.Metric)))
        {
            if (AreKnown(task, answers)) continue;
            // Another may be asking the same: the second finds it drawn.
            await turn.WaitAsync(cancellation);
            try
            {
                if (AreKnown(task, answers)) continue;
                var missing = task.Where(question => !answers.ContainsKey(question.Key)).DistinctBy(question => question.Key).ToList();
                var drawn = await Task.Run(() => DrawAsync(missing, cancellation), cancellation);
                if (kept.Count + missing.Count > MostKept) kept.Clear();
                for (var i = 0; i < missing.Count; i++) answers[missing[i].Key] = kept[missing[i].Key] = drawn[i];
            }
            finally
            {
                turn.Release();
            }
        }
        return answers;
    }

    public void Dispose() => turn.Dispose();

    private bool AreKnown(IEnumerable<DrawQuestion> questions, Dictionary<string, DrawAnswer?> answers)
    {
        var all = true;
        foreach (var question in questions)
            if (kept.TryGetValue(question.Key, out var known)) answers[question.Key] = known;
            else all = false;
        return all;
    }

    /// <param name="questions">Of one task and metric.</param>
    private async Task<IReadOnlyList<DrawAnswer?>> DrawAsync(IReadOnlyList<DrawQuestion> questions, CancellationToken cancellation)
    {
        var (task, metric) = (questions[0].Task, questions[0].Metric);
        var sets = await reader.ScoresAsync([.. questions.SelectMany(question => question.Pairs).SelectMany(pair => new[] { pair.Model!.Id, pair.Reference!.Id }).Distinct()], cancellation);
        var scored = sets.ToDictionary(set => set.Key, set => ScoredExamples.Of(metric, set.Value));
        var joined = questions.Select(question => question.Pairs.Select(pair => scored.GetValueOrDefault(pair.Model!.Id) is { } model && scored.GetValueOrDefault(pair.Reference!.Id) is { } reference ? PairedSeed.Join(model, reference) : null).ToList()).ToList();
        var usable = Enumerable.Range(0, questions.Count).Where(i => joined[i].All(seed => seed is not null)).ToList();
        var draws = PairedBootstrap.Of([.. usable.Select(i => joined[i].OfType<PairedSeed>().ToList())], task);
        var answers = new DrawAnswer?[questions.Count];
        for (var i = 0; i < usable.Count; i++)
            answers[usable[i]] = new(draws[i], Guessing.Chance(metric, sets[questions[usable[i]].Pairs[0].Reference!.Id]));
        return answers;
    }
}
