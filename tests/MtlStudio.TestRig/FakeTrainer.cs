using System.Runtime.InteropServices;
using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>
/// Keeps the whole contract of a trainer (lock, control file, signals, events, checkpoints, resume, exit codes) around a
/// made-up curve. Each loss depends on a state that only checkpoints carry over, so a resume that goes wrong shows in it.
/// </summary>
public sealed class FakeTrainer
{
    private readonly RunFolder run;
    private readonly RunSpec spec;
    private readonly FakeTraits traits;
    private readonly EventLogWriter events;
    private readonly int attempt;
    private volatile bool terminated;
    private FakeCheckpoint at;

    private FakeTrainer(RunFolder run, RunSpec spec, EventLogWriter events, int attempt, FakeCheckpoint at) =>
        (this.run, this.spec, traits, this.events, this.attempt, this.at) = (run, spec, new FakeTraits(spec), events, attempt, at);

    /// <summary><c>run --spec FILE --dir RUN [--data DIR]</c> or <c>resume --dir RUN</c>; gives the exit code.</summary>
    public static int Run(string[] args)
    {
        var run = new RunFolder(args[Array.IndexOf(args, "--dir") + 1]);
        var spec = JsonSerializer.Deserialize<RunSpec>(File.ReadAllText(run.Spec), WireJson.Compact)!;
        using var held = RunLock.TryTake(run.Lock, TimeSpan.FromSeconds(2));
        if (held is null)
        {
            Console.Error.WriteLine("dir: another trainer holds the run's lock");
            return ExitCodes.Failed;
        }
        if (new FakeTraits(spec).Invalid)
        {
            Console.Error.WriteLine("training.steps: Steps must be at least 1 (you gave -3)");
            return ExitCodes.InvalidInput;
        }
        using var events = EventLogWriter.Open(run.Events, TimeProvider.System, null, out var found);
        var start = FakeCheckpoint.Newest(run) ?? new FakeCheckpoint(0, 0, [.. spec.Tasks.Select(_ => 3.0)]);
        var trainer = new FakeTrainer(run, spec, events, found.Attempts + 1, start);
        if (found.LastSeq > 0) events.Append(new RewoundEvent { ToStep = start.Step, ToSeq = start.Seq, Attempt = found.Attempts + 1 });
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            trainer.terminated = !trainer.traits.Deaf;
        });
        return trainer.Train();
    }

    private int Train()
    {
        var control = new ControlFile(run.Control);
        Begin();
        while (at.Step < spec.Training.Steps)
        {
            var command = traits.Deaf ? RunCommand.Run : control.Read();
            if (terminated || command != RunCommand.Run)
            {
                Save();
                return End(terminated || command == RunCommand.Stop ? "stopped" : "paused", ExitCodes.Stopped);
            }
            if (traits.KillAt == at.Step) System.Diagnostics.Process.GetCurrentProcess().Kill();
            if (traits.AbortAt == at.Step) Environment.FailFast("terminate called: the fake trainer aborts");
            if (traits.HangAt == at.Step) Wait(int.MaxValue);
            if (traits.FailAt == at.Step) return End("failed", ExitCodes.Failed, "The loss became NaN at step 7: lower the learning rate");
            Step();
            Wait(traits.StepMs);
            if (spec.Checkpoints.Every > 0 && at.Step % spec.Checkpoints.Every == 0) Save();
        }
        Save();
        Test(traits.Right);
        if (spec.Evaluation.TrainLosses) File.WriteAllText(run.TrainLosses, "made up");
        if (spec.Weighting.Name == "group-dro") new FoundShares(at.Step, spec.Tasks.Select((task, i) => (task.Name, Share: (i + 1.0) / spec.Tasks.Count / (spec.Tasks.Count + 1) * 2)).ToDictionary(one => one.Name, one => one.Share)).Write(run);
        return End("finished", ExitCodes.Done);
    }

    private void Begin()
    {
        events.Append(new StartedEvent
        {
            Attempt = attempt,
            Step = at.Step,
            TotalSteps = spec.Training.Steps,
            Parameters = 10,
            TrainableParameters = 5,
            Tasks = [.. spec.Tasks.Select(task => new StartedTask { Name = task.Name, TrainExamples = 100, PlannedShare = 1.0 / spec.Tasks.Count, PrimaryMetric = "accuracy" })],
        });
        events.Append(new SeriesEvent
        {
            Series = [.. spec.Tasks.Select((task, i) => new SeriesDeclaration { Id = i, Name = SeriesNames.TaskTrainLoss(task.Name), Unit = "nats" })],
        });
        if (at.Step == 0 && spec.Baseline is null) Test(30);
        events.Flush();
    }

    private void Test(int right)
    {
        foreach (var value in FakeEvaluation.Of(spec, at.Step, right)) events.Append(value);
    }

    private void Step()
    {
        var step = at.Step + 1;
        var state = at.State.Select((value, task) => value * (1 - 0.02 * new KeyedRandom(spec.Seed, "fake step", step, task).NextDouble())).ToArray();
        at = new FakeCheckpoint(step, 0, state);
        events.Append(new PointsEvent { Index = step, Examples = step * 8L, Tokens = step * 100L, Ids = [.. Enumerable.Range(0, state.Length)], Values = state });
        if (step % 10 == 0)
            events.Append(new SampleEvent { Step = step, Task = spec.Tasks[0].Name, Example = 3, Input = "in", References = ["ref"], Output = $"out {state[0]:R}", Loss = state[0] });
        events.Flush();
    }

    private void Save()
    {
        if (at.Step > 0 && Directory.Exists(run.Checkpoint(at.Step))) return;
        // The event is on the disk before the checkpoint appears; a checkpoint whose event counts no more was never there.
        events.Append(new CheckpointEvent { Step = at.Step, Path = Path.GetRelativePath(run.Root, run.Checkpoint(at.Step)), Bytes = 100, Keeps = ["last"] });
        events.Sync();
        (at with { Seq = events.LastSeq }).Publish(run);
    }

    private int End(string outcome, int code, string? message = null)
    {
        events.Append(new EndedEvent { Outcome = outcome, Step = at.Step, Message = message });
        events.Sync();
        return code;
    }

    private static void Wait(int milliseconds) => new ManualResetEventSlim().Wait(milliseconds);
}
