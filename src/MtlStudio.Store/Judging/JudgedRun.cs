using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>One evaluation of one task, by example; its scores are read when they are needed.</summary>
public sealed record ScoreSet(long Id, string Task, string Split, int Step, long Seq, int Examples);

/// <summary>A run with what judging it needs.</summary>
public sealed class JudgedRun
{
    public const string Test = "test", Validation = "validation";

    public required Run Run { get; init; }
    public required RunSpec Spec { get; init; }
    /// <summary>By rising sequence number.</summary>
    public required IReadOnlyList<ScoreSet> Sets { get; init; }
    /// <summary>The run that answers for each task.</summary>
    public required IReadOnlyDictionary<string, long> Baselines { get; init; }
    /// <summary>The step of the best checkpoint by unified score, chosen on validation; null where none is marked so.</summary>
    public int? BestStep { get; init; }

    /// <summary>What the trainer said of versions, hashes and hardware.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public long Id => Run.Id;
    public bool IsFinished => Run.State == RunState.Finished;

    /// <summary>The tasks that are judged: the targets it trains.</summary>
    public IEnumerable<TaskSpec> Tasks => Spec.Tasks.Where(task => Spec.Baseline is { } baseline ? baseline.Task == task.Name : task.Role == "target");

    public TaskSpec? Task(string name) => Tasks.FirstOrDefault(task => task.Name == name);

    /// <summary>The scores that stand for the finished run: on test those of its best checkpoint, on validation too.</summary>
    public ScoreSet? Final(string task, string split)
    {
        var sets = Of(task, split).ToList();
        if (split == Test) return sets.Count > (Spec.Baseline is null ? 1 : 0) ? sets[^1] : sets.LastOrDefault(set => set.Step > 0);
        return sets.LastOrDefault(set => set.Step == BestStep) ?? sets.LastOrDefault();
    }

    /// <summary>The scores of the model before its first step.</summary>
    public ScoreSet? Untuned(string task, string split) => Of(task, split).FirstOrDefault(set => set.Step == 0 && (split == Validation || Spec.Baseline is null));

    /// <summary>The newest validation scores at or before a step, those of step 0 apart.</summary>
    public ScoreSet? Latest(string task, int step = int.MaxValue) => Of(task, Validation).LastOrDefault(set => set.Step > 0 && set.Step <= step);

    private IEnumerable<ScoreSet> Of(string task, string split) => Sets.Where(set => set.Task == task && set.Split == split);
}
