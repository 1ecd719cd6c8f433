using MtlStudio.Core.Runs;
using MtlStudio.Core.Stopping;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Regularization;

/// <summary>What the watch remembers; belongs to a checkpoint.</summary>
public sealed record WatchState
{
    /// <summary>The unified score's course.</summary>
    public PatienceState Run { get; init; } = new();
    /// <summary>By task name.</summary>
    public IReadOnlyDictionary<string, TaskWatch> Tasks { get; init; } = new Dictionary<string, TaskWatch>();
    /// <summary>The run has ended before its last step, and why.</summary>
    public string? Ended { get; init; }
}

/// <summary>One task's course.</summary>
public sealed record TaskWatch
{
    /// <summary>The validation loss's.</summary>
    public PatienceState Loss { get; init; } = new();
    /// <summary>Mean training loss before the evaluation of the best validation loss; null: nothing was trained before it.</summary>
    public double? TrainAtBest { get; init; }
    /// <summary>Sum of training losses since the last evaluation, and over how many tokens.</summary>
    public double TrainSum { get; init; }
    public long TrainTokens { get; init; }
    /// <summary>It was said that the task overfits.</summary>
    public bool Alarmed { get; init; }
    /// <summary>The step from which on the task is no longer trained; null: it is.</summary>
    public int? FrozenAt { get; init; }

    /// <summary>Mean training loss since the last evaluation; NaN where nothing was trained.</summary>
    public double TrainMean => TrainTokens == 0 ? double.NaN : TrainSum / TrainTokens;
}

/// <summary>
/// Watches validation for overfitting: records each task's gap (validation loss less the mean training loss since the last
/// evaluation), says when a task overfits, freezes it, and ends the run. It stops and selects only; no rate follows it.
/// </summary>
public sealed class OverfitWatch(RegularizationSpec spec, IReadOnlyList<string> trained)
{
    /// <summary>Evaluations without a lower validation loss, while the training loss fell on, that are told as overfitting.</summary>
    private const int Telling = 2;

    /// <summary>The state after a step.</summary>
    public static WatchState After(WatchState state, StepResult result, IReadOnlyList<string> tasks)
    {
        var next = new Dictionary<string, TaskWatch>(state.Tasks);
        for (var slot = 0; slot < result.Present.Count; slot++)
        {
            var (task, loss, tokens) = (tasks[result.Present[slot]], result.Losses[slot], result.Tokens[slot]);
            if (!double.IsFinite(loss)) continue;
            var watch = next.GetValueOrDefault(task) ?? new();
            next[task] = watch with { TrainSum = watch.TrainSum + loss * tokens, TrainTokens = watch.TrainTokens + tokens };
        }
        return state with { Tasks = next };
    }

    /// <summary>The state after an evaluation, and what is to be told of it.</summary>
    public (WatchState State, IReadOnlyList<WatchNotice> Notices) Look(WatchState state, int step, EvaluationEvent scores)
    {
        var notices = new List<WatchNotice>();
        var next = new Dictionary<string, TaskWatch>(state.Tasks);
        foreach (var task in scores.Tasks) next[task.Task] = Look(next.GetValueOrDefault(task.Task) ?? new(), step, task, notices);
        var run = scores.UnifiedScore is { } unified ? Patience.Next(state.Run, unified, higherIsBetter: true, spec.SmallestGain) : state.Run;
        string? ended = null;
        if (spec.Patience > 0 && Patience.IsOver(run, spec.Patience))
            ended = $"The unified score has not risen over {run.Best:0.####} in {run.Waits} evaluations: the run ends at step {step}";
        else if (trained.All(name => next.GetValueOrDefault(name)?.FrozenAt is not null))
            ended = $"Every task is frozen: the run ends at step {step}";
        if (ended is not null) notices.Add(new("ended-early", null, ended));
        return (state with { Run = run, Tasks = next, Ended = ended }, notices);
    }

    private TaskWatch Look(TaskWatch watch, int step, TaskScores task, List<WatchNotice> notices)
    {
        var loss = Patience.Next(watch.Loss, task.Loss, higherIsBetter: false, spec.SmallestGain);
        var train = watch.TrainMean;
        var overfits = loss.Waits >= Telling && watch.TrainAtBest is { } before && train < before;
        if (overfits && !watch.Alarmed)
            notices.Add(new("overfitting", task.Task, $"{task.Task} overfits: its validation loss is {task.Loss:0.###} after a best of {loss.Best:0.###}, while its training loss fell from {watch.TrainAtBest:0.###} to {train:0.###}. Its best checkpoint is kept; regularize it, draw it less, or set regularization.taskPatience"));
        var frozen = watch.FrozenAt ?? (spec.TaskPatience > 0 && Patience.IsOver(loss, spec.TaskPatience) ? step : null);
        if (frozen is not null && watch.FrozenAt is null)
            notices.Add(new("task-frozen", task.Task, $"{task.Task} is no longer trained from step {step} on: its validation loss has not fallen below {loss.Best:0.###} in {loss.Waits} evaluations"));
        return new()
        {
            Loss = loss, TrainAtBest = loss.Waits == 0 ? double.IsNaN(train) ? null : train : watch.TrainAtBest ?? (double.IsNaN(train) ? null : train),
            Alarmed = watch.Alarmed || overfits, FrozenAt = frozen,
        };
    }
}

/// <param name="Kind">A stable word: "overfitting", "task-frozen" or "ended-early".</param>
/// <param name="Task">Null: the whole run.</param>
public sealed record WatchNotice(string Kind, string? Task, string Message);
