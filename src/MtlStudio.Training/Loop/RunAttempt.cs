using System.Diagnostics;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Curricula;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Schedules;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;

namespace MtlStudio.Training.Loop;

/// <summary>One attempt at a run: from its newest checkpoint, or from the start, to its end.</summary>
public static class RunAttempt
{
    /// <summary>Trains; every exit leaves an <see cref="EndedEvent"/>.</summary>
    /// <exception cref="InvalidInputException">The gradients do not fit the policy.</exception>
    public static (string Outcome, int Step) Run(TrainingSetup setup, StopRequests stop)
    {
        using var log = EventLogWriter.Open(setup.Folder.Events, setup.Clock, setup.Mirror, out var scan);
        var at = 0;
        try
        {
            var (outcome, step) = Train(setup, stop, log, scan, state => at = state);
            log.Append(new EndedEvent { Outcome = outcome, Step = step });
            log.Sync();
            if (outcome != RunOutcomes.Finished) stop.Obeyed();
            return (outcome, step);
        }
        catch (Exception e)
        {
            log.Append(new LogEvent { Level = "error", Message = e is InvalidInputException or NonFiniteException or PolicyFailedException or NotEnoughMemoryException ? e.Message : e.ToString() });
            log.Append(new EndedEvent { Outcome = RunOutcomes.Failed, Step = at, Message = DiskFaults.IsFull(e) ? $"The disk is full ({e.Message}): free some space, then resume the run; it goes on from its last checkpoint" : e.Message });
            throw;
        }
    }

    private static (string Outcome, int Step) Train(TrainingSetup setup, StopRequests stop, EventLogWriter log, EventLogScan scan, Action<int> reached)
    {
        setup = setup.Settled();
        var (spec, trained, tasks) = (setup.Spec, setup.Trained, setup.Mix);
        var policy = PolicyRegistry.Create(spec.Weighting, [.. spec.Tasks.Where(task => trained.Any(t => t.Name == task.Name))]);
        var plan = GradientPlan.Of(spec.Weighting, trained.Count, setup.Parameters.RowLength);
        var together = plan.Mode != GradientMode.Whole;
        using var sample = GradientSample.Of(plan, spec.Weighting.Layers, setup.Parameters, trained.Count, spec.Seed);
        if (plan.IsSampled && setup.Parameters.Private.Count > 0)
            throw new InvalidInputException("weighting.gradients", "Layers or a sketch of the task gradients do not tell what is private to tasks (output heads, or adapters of their own): set it to whole, train fewer parameters (as LoRA does) so that whole rows fit, or choose a policy on losses");
        if (together && spec.Training.ClipTaskNorm > 0)
            throw new InvalidInputException("training.clipTaskNorm", "A gradient row for each task does not fit, so that single tasks cannot be clipped: train fewer parameters (as LoRA does), or set it to 0");
        using var rows = MemoryFaults.During(MemoryPhase.Prepare, null, () => new GradientRows(setup.Parameters, together ? 1 : trained.Count, whole: together));
        using var optimizer = MemoryFaults.During(MemoryPhase.Prepare, null, () => OptimizerRegistry.Create(spec.Optimizer, setup.Parameters));
        var regularization = spec.Regularization;
        using var average = regularization.EmaDecay > 0 ? new WeightAverage(setup.Parameters, regularization.EmaDecay, regularization.EmaWarmUp) : null;
        using var pull = regularization.L2Start > 0 ? new StartPull(setup.Parameters, regularization.L2Start) : null;
        using var policyRows = policy is IRowPolicy onRows ? new PolicyRows(onRows, setup.Parameters, tasks.Count) : null;
        var groups = spec.Telemetry.GradientEvery > 0 && trained.Count > 1 && !together && setup.Parameters.SharedCount > 0 ? LayerGroups.Of(setup.Parameters, trained.Count) : [];
        var step = new MultiTaskStep([.. tasks.Select(task => task.Name)], setup.Losses, setup.Parameters, rows, policy, optimizer, new()
        {
            Seed = spec.Seed, ClipNorm = spec.Training.ClipNorm, ClipValue = spec.Training.ClipValue, ClipTaskNorm = spec.Training.ClipTaskNorm, HalvesEvery = spec.Telemetry.GradientEvery, Normalize = spec.Weighting.Normalize, Together = together,
            Sample = sample, LastCoefficients = plan.Last, WeighEvery = plan.Every,
            LossMode = spec.Training.LossMode is { } mode ? LossModes.Parse(mode) : policy.DefaultLossMode,
            OnNonFinite = spec.Training.OnNonFinite switch { "skip" => NonFiniteRule.Skip, "continue" => NonFiniteRule.Continue, "clip" => NonFiniteRule.Clip, _ => NonFiniteRule.Stop },
        })
        {
            Shaped = pull is null ? null : pull.AddTo, PolicyRows = policyRows, Probes = policy.Extras == PolicyExtras.None ? null : Probes(policy, setup),
            Layers = groups.Count == 0 ? null : new(groups, spec.Telemetry.GradientEvery), Pays = Pays(setup, optimizer),
        };
        var probe = new SystemProbe(setup.Clock, TimeSpan.FromSeconds(spec.Telemetry.SystemEverySeconds));
        var recorder = new RunRecorder(log, spec, tasks, trained, probe, [.. groups.Select(group => group.Name)]);
        using var keeper = new CheckpointKeeper(setup.Folder, spec.Checkpoints, recorder, setup.Weights, new(setup.Parameters, optimizer, average, policyRows?.Kept), step, setup.Clock);
        var draws = setup.Draws;

        var state = keeper.Restore(found =>
        {
            if (scan.LastSeq > 0) log.Append(new RewoundEvent { ToStep = found?.State.Step ?? 0, ToSeq = found?.Seq ?? 0, Attempt = scan.Attempts + 1 });
            log.Append(Started(setup, scan.Attempts + 1, found?.State.Step ?? 0, draws.PlannedShares) with { Environment = new Dictionary<string, string>(setup.Environment) { ["task gradients"] = plan.Describe() } });
            recorder.DeclareSeries();
            if (scan.TornBytes > 0) recorder.Say("info", $"The last {scan.TornBytes:#,0} bytes of events.jsonl were half a line and are cut");
            if (plan.Mode is GradientMode.Together or GradientMode.LossesFirst) recorder.Say("info", "A gradient row for each task does not fit: the tasks' gradients share one, and their norms and cosines are not recorded");
            else if (plan.IsSampled || plan.Every > 1) recorder.Say("info", $"Task gradients: {plan.Describe()}");
            foreach (var warning in setup.Warnings) recorder.Say("warning", warning);
            probe.Count = found?.State.SystemRecords ?? 0;
        }) ?? new LoopState();
        recorder.Flush();

        reached(state.Step);
        var loop = new TrainingLoop(spec, tasks, setup.Planner, step, LearningRate.Of(spec), setup.Evaluator, keeper, recorder, stop, setup.Clock)
        {
            Average = average, Ranking = Curriculum.Of(spec) is { NeedsLosses: true } curriculum ? new(curriculum, trained, setup.ExampleLosses!) : null,
            Stepped = (done, result) =>
            {
                reached(done);
                setup.Stepped?.Invoke(done, result);
            },
        };
        var ended = loop.Run(state);
        if (ended.Outcome == RunOutcomes.Finished) Keep(setup, policy, step, keeper, recorder);
        using var process = Process.GetCurrentProcess();
        recorder.Say("info", $"Memory at the peak: {ByteText.Of(process.PeakWorkingSet64)}"
            + (setup.Environment.TryGetValue(EnvironmentNames.EstimatedMemory, out var estimated) ? $" (estimated: {ByteText.Of(long.Parse(estimated))})" : ""));
        return ended;
    }

    /// <summary>What other runs begin from: the shares that were found, and the training losses under the best checkpoint.</summary>
    private static void Keep(TrainingSetup setup, IWeightingPolicy policy, MultiTaskStep step, CheckpointKeeper keeper, RunRecorder recorder)
    {
        if (policy is GroupDroPolicy && GroupDroPolicy.Shares(step.PolicyState) is { } found)
        {
            found.Write(setup.Folder);
            recorder.Say("info", $"Shares found: {string.Join(", ", found.Shares.Select(pair => $"{pair.Key} {pair.Value:P1}"))}");
        }
        if (!setup.Spec.Evaluation.TrainLosses) return;
        var best = keeper.ReadBest();
        MemoryFaults.During(MemoryPhase.Evaluation, $"at step {best}", () => TrainLosses.Write(setup.Folder.TrainLosses, setup.Trained, setup.TokenLossesOf!));
        recorder.Say("info", $"Kept the losses of {setup.Trained.Sum(task => (long)task.Train.Count):#,0} training examples under the checkpoint of step {best}");
    }

    private static PolicyProbes Probes(IWeightingPolicy policy, TrainingSetup setup) => new(
        policy, [.. setup.Mix.Select(task => task.Name)], setup.PlainLosses ?? setup.Losses,
        new HeldOutBatches(setup.Spec.Seed, setup.Mix, setup.Spec.Training.MicroBatch).At, setup.Parameters);

    /// <summary>Null where nobody asks, or the values kept for a trial would take too much memory. A trial looks at half as many examples as a task has in a step, so that its
    /// forward passes, two a task, cost a third of a step.</summary>
    private static WhoPays? Pays(TrainingSetup setup, IOptimizer optimizer) =>
        setup.Spec.Telemetry.PaysEvery == 0 || setup.Trained.Count < 2 || setup.Parameters.SharedCount == 0 || setup.Parameters.Count > WhoPays.MostParameters ? null
        : new([.. setup.Mix.Select(task => task.Name)], [.. setup.Mix.Select(task => task.Validation)], setup.PlainLosses ?? setup.Losses, setup.Parameters, optimizer,
            setup.Spec.Seed, setup.Spec.Telemetry.PaysEvery, Math.Max(2, setup.Spec.Training.MicroBatch * RunSpecValidator.EffectiveAccumulation(setup.Spec) / (2 * setup.Trained.Count)));

    private static StartedEvent Started(TrainingSetup setup, int attempt, int step, IReadOnlyList<double> planned) => new()
    {
        Attempt = attempt, Step = step, TotalSteps = setup.Spec.Training.Steps,
        Parameters = setup.ModelParameters, TrainableParameters = setup.Parameters.Count, Environment = setup.Environment,
        Tasks = [.. setup.Trained.Select(task => new StartedTask
        {
            Name = task.Name, TrainExamples = task.Train.Count, ValidationExamples = task.ValidationExamples, TestExamples = task.TestExamples, Dropped = task.Dropped,
            PrimaryMetric = task.PrimaryMetric, HigherIsBetter = task.HigherIsBetter,
            PlannedShare = setup.Spec.Baseline is null ? planned[setup.Mix.ToList().IndexOf(task)] : 1,
        })],
    };
}
