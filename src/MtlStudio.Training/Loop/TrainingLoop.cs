using MtlStudio.Core.Runs;
using MtlStudio.Core.Schedules;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Loop;

/// <summary>Thrown where a loss or gradient is not finite and the spec says stop.</summary>
public sealed class NonFiniteException(string message) : Exception(message);

/// <summary>
/// The training loop. A step draws micro-batches of one task each, accumulates every task's gradient in its own row,
/// combines the rows by the weighting policy and steps the optimizer along the result; evaluation and checkpoints follow their
/// schedules. A baseline replays its mix's draws and skips the other tasks' micro-batches.
/// </summary>
public sealed class TrainingLoop(
    RunSpec spec, IReadOnlyList<TrainingTask> mix, StepPlanner planner, MultiTaskStep step, LearningRate rate,
    IEvaluator evaluator, CheckpointKeeper checkpoints, RunRecorder recorder, StopRequests stop, TimeProvider clock)
{
    private readonly string[] tasks = [.. mix.Select(task => task.Name)];
    private readonly OverfitWatch watch = new(spec.Regularization, [.. mix.Select(task => task.Name).Where(name => spec.Baseline is null || name == spec.Baseline.Task)]);
    private readonly StepAhead ahead = new(planner, plan => spec.Baseline is null || mix[plan.Task].Name == spec.Baseline.Task, plan => Fill(spec, mix[plan.Task], plan));
    private readonly StepTimes times = new(clock);
    private Dictionary<string, double> scores = [];

    /// <summary>Scored in place of the values themselves; null: none is kept.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>Orders examples by their losses for a curriculum; null: none does.</summary>
    public DifficultyRanking? Ranking { get; init; }

    /// <summary>Called after each step with the steps done and the step's result; for progress.</summary>
    public Action<int, StepResult?>? Stepped { get; init; }

    /// <summary>Trains from the state given to the end, or until somebody asks to stop; gives the outcome and the steps done.</summary>
    public (string Outcome, int Step) Run(LoopState state)
    {
        var steps = spec.Training.Steps;
        step.MicroBatchLimit = state.MicroBatchLimit;
        while (true)
        {
            checkpoints.Settle(wait: false);
            if (EvaluationIsDue(state)) state = Evaluate(state);
            if (UntunedTestIsDue(state)) state = TestUntuned(state);
            if (CheckpointIsDue(state)) Save(state);
            if (stop.Asked() is { } asked)
            {
                if (checkpoints.Newest != state.Step) Save(state);
                checkpoints.Settle(wait: true);
                return (asked, state.Step);
            }
            if (state.Step == steps || state.Watch.Ended is not null) break;

            if (Ranking?.IsDue(state) == true) state = Ranking.Rank(state, recorder);
            var started = times.Now();
            var (plan, prepared) = ahead.Take(state.Step, state.Sampler);
            if (state.Step + 1 < steps && plan.Probabilities is null) ahead.Begin(state.Step + 1, plan.Next);
            var batches = prepared.Where(batch => !IsFrozen(batch, state) && batch.Tokens > 0).ToList();
            var stepRate = rate.At(state.Step);
            var stepped = times.Now();
            var result = batches.Count == 0 ? null : step.Take(state.Step, batches, stepRate);
            times.Computed(stepped);
            state = state.After(Learned(plan, result), result, tasks);
            Average?.Update(state.Step);
            scores = [];

            recorder.Step(state, result, stepRate, batches.Sum(batch => batch.InputTokens), clock.GetElapsedTime(started.At));
            recorder.Flush();
            times.Whole(started);
            Stepped?.Invoke(state.Step, result);
            if (result is { Stepped: false } && spec.Training.OnNonFinite == "stop") throw NotFinite(state.Step, result);
        }
        checkpoints.Settle(wait: true);
        if (times.Describe(ahead.WorkedAhead) is { } outside) recorder.Say("info", outside);
        return ((spec.Evaluation.Test ? Test() : null) ?? RunOutcomes.Finished, state.Step);
    }

    private bool IsFrozen(MicroBatch batch, LoopState state) => state.Watch.Tasks.GetValueOrDefault(tasks[batch.Task])?.FrozenAt is not null;

    private static MicroBatch Fill(RunSpec spec, TrainingTask task, MicroBatchPlan plan)
    {
        var batch = new MicroBatch(plan.Task, plan.Number, [.. plan.Examples.Select(example => task.Train[example])]);
        return spec.Training.Batching == "packed" ? batch.Packed() : batch;
    }

    /// <summary>The draws' state after the step; where they follow the losses, with what these teach.</summary>
    private SamplerState Learned(StepPlan plan, StepResult? result) => result is null ? plan.Next
        : planner.Learn(plan, plan.Next, result.Present.Zip(result.Losses).ToDictionary(pair => pair.First, pair => pair.Second));

    private bool EvaluationIsDue(LoopState state) => state.EvaluatedAt != state.Step && IsDue(state.Step, spec.Evaluation.Every, first: true);

    /// <summary>What the tuned model's test scores stand beside; a baseline starts from the same model as its mix, whose scores serve both.</summary>
    private bool UntunedTestIsDue(LoopState state) =>
        state is { Step: 0, UntunedTested: false } && spec.Evaluation.Test && spec.Baseline is null && mix.Any(task => task.TestExamples > 0);

    private bool CheckpointIsDue(LoopState state) => checkpoints.Newest != state.Step && (state.Watch.Ended is not null || IsDue(state.Step, spec.Checkpoints.Every, first: false));

    private bool IsDue(int at, int every, bool first) => at == spec.Training.Steps || (at == 0 ? first : every > 0 && at % every == 0);

    private LoopState Evaluate(LoopState state)
    {
        using var averaged = Average?.Shown();
        if (Evaluated(state.Step, "validation") is not { } result) return state;
        recorder.Evaluation(result, state.Watch);
        scores = Scores(result.Scores);
        var (watched, notices) = watch.Look(state.Watch, state.Step, result.Scores);
        foreach (var notice in notices) recorder.Alarm(state.Step, notice.Kind, notice.Task, notice.Message);
        state = state with { EvaluatedAt = state.Step, Watch = watched };
        if (checkpoints.Newest == state.Step) checkpoints.Score(state, scores);
        return state;
    }

    private LoopState TestUntuned(LoopState state)
    {
        if (Evaluated(state.Step, "test") is not { } result) return state;
        recorder.Evaluation(result);
        recorder.Say("info", $"The untuned model was scored on the test split in {result.Scores.Seconds:0.0} s");
        return state with { UntunedTested = true };
    }

    /// <summary>Scores the test split with the best checkpoint; the outcome where somebody asked to stop meanwhile.</summary>
    private string? Test()
    {
        if (mix.All(task => task.TestExamples == 0)) return null;
        if (Evaluated(checkpoints.ReadBest(), "test") is not { } result) return stop.Asked();
        recorder.Evaluation(result);
        return null;
    }

    private EvaluationResult? Evaluated(int at, string split) => MemoryFaults.During(MemoryPhase.Evaluation, $"at step {at}", () => evaluator.Evaluate(at, split, IsStopping));

    private void Save(LoopState state) => MemoryFaults.During(MemoryPhase.Checkpoint, $"at step {state.Step}", () => checkpoints.Begin(state, scores));

    /// <summary>Asked between the batches of an evaluation: long evaluations still show that the run lives.</summary>
    private bool IsStopping()
    {
        recorder.Flush();
        return stop.Asked() is not null;
    }

    private Dictionary<string, double> Scores(EvaluationEvent evaluation)
    {
        var found = new Dictionary<string, double>();
        foreach (var task in evaluation.Tasks)
        {
            var of = mix.First(other => other.Name == task.Task);
            if (task.Metrics.TryGetValue(of.PrimaryMetric, out var value) && double.IsFinite(value)) found[task.Task] = of.HigherIsBetter ? value : -value;
        }
        if (evaluation.UnifiedScore is { } unified && double.IsFinite(unified)) found[Retention.Unified] = unified;
        return found;
    }

    private NonFiniteException NotFinite(int at, StepResult result) => new(
        $"The loss or gradient of {(result.NonFinite.Count == 0 ? "the step" : string.Join(", ", result.NonFinite.Select(task => tasks[task])))} is not finite at step {at}: "
        + "lower optimizer.options.lr, set training.clipNorm, look for broken examples, or let training.onNonFinite skip such steps");
}
