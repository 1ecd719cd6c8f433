using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Weighting;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>What a run does where memory runs out, by faults as libtorch throws them.</summary>
public sealed class OutOfMemoryTests
{
    private const string Cpu = "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8589934592 bytes. Error code 12 (Cannot allocate memory)";

    private sealed class Killed : Exception;

    private static LibtorchException Full(string message = Cpu) => new(message);

    [Theory]
    [InlineData(Cpu, true)]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 1234 bytes.", true)]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 15.78 GiB total capacity)", true)]
    [InlineData("std::bad_alloc", true)]
    [InlineData("The size of tensor a (3) must match the size of tensor b (4)", false)]
    public void IsOutOfMemory_KnowsTheWordsOfLibtorch_AndNoOthers(string message, bool expected) => Assert.Equal(expected, MemoryFaults.IsOutOfMemory(Full(message)));

    [Theory]
    [InlineData("equal", "plain")]
    [InlineData("equal", "packed")]
    [InlineData("mgda", "plain")]
    [InlineData("famo", "plain")]
    public void Run_GoesOnWithTheSameResult_WhenMicroBatchesAreHalved(string policy, string batching)
    {
        var spec = ToyRun.Spec(policy, steps: 8) with { Training = ToyRun.Spec().Training with { Steps = 8, MicroBatch = 6, Batching = batching } };
        using var whole = new ToyRun();
        using var halved = new ToyRun();
        halved.Fails = (step, batch, _) => step >= 2 && batch.Examples.Count > 2;
        var (expected, values) = (whole.Run(spec).Values, halved.Run(spec).Values);
        for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], 1e-6);
        foreach (var (one, other) in Shared(whole).Zip(Shared(halved))) // float32 sums in another order
        {
            Assert.Equal((one.Series, one.Step), (other.Series, other.Step));
            Assert.InRange(other.Value - one.Value, -1e-6 * Math.Max(1, Math.Abs(one.Value)), 1e-6 * Math.Max(1, Math.Abs(one.Value)));
        }
        var alarm = Assert.Single(halved.Events().OfType<AlarmEvent>());
        Assert.Equal(("out-of-memory", 3), (alarm.Kind, alarm.Step));
        Assert.Contains("at most 2 examples", alarm.Message);
        Assert.Contains("effective batch and the loss stay as they were", alarm.Message);
    }

    /// <summary>More micro-batches have more halves to compare; the rest is the same.</summary>
    private static IEnumerable<(string Series, long Step, double Value)> Shared(ToyRun run) =>
        run.Curve().Where(point => point.Series.Split('/') is not ["cosine", var one, var other] || one != other);

    [Fact]
    public void Run_HalvesBeforeAnyOfTheFailedPassCounts_WhenTheBackwardPassFailsHalfWay()
    {
        var spec = ToyRun.Spec("pcgrad", steps: 4) with { Training = ToyRun.Spec().Training with { Steps = 4, MicroBatch = 4 } };
        using var whole = new ToyRun();
        using var halved = new ToyRun();
        var seen = 0;
        halved.Fails = (_, batch, _) => batch.Examples.Count > 2 && ++seen == 3; // two micro-batches are in their rows already
        var (expected, values) = (whole.Run(spec).Values, halved.Run(spec).Values);
        for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], 1e-6);
    }

    [Fact]
    public void Resume_KeepsTheHalves_BitForBit()
    {
        var spec = ToyRun.Spec(steps: 12) with { Training = ToyRun.Spec().Training with { Steps = 12, MicroBatch = 6 } };
        Func<int, MicroBatch, int, bool> fails = (step, batch, _) => step == 3 && batch.Examples.Count > 3;
        using var undisturbed = new ToyRun { Fails = fails };
        using var killed = new ToyRun { Fails = fails, AtStep = (step, _) => { if (step == 8) throw new Killed(); } };
        var values = undisturbed.Run(spec).Values;
        Assert.Throws<Killed>(() => killed.Run(spec));
        killed.AtStep = null;
        Assert.Equal(values, killed.Run(spec).Values);
        Assert.Equal(undisturbed.Curve(), killed.Curve());
    }

    [Fact]
    public void Run_FailsWithTheCure_WhenOneExampleDoesNotFit()
    {
        using var run = new ToyRun { Fails = (step, _, _) => step == 1 };
        var fault = Assert.Throws<NotEnoughMemoryException>(() => run.Run(ToyRun.Spec(steps: 4)));
        Assert.Equal(MemoryPhase.Forward, fault.Phase);
        Assert.Contains("forward pass of one example at step 2", fault.Message);
        Assert.Contains("training.activationCheckpointing", fault.Message);
        Assert.DoesNotContain("\n", fault.Message);
        var ended = run.Events().OfType<EndedEvent>().Last();
        Assert.Equal((RunOutcomes.Failed, fault.Message), (ended.Outcome, ended.Message));
        Assert.Equal(fault.Message, run.Events().OfType<LogEvent>().Last(log => log.Level == "error").Message);
    }

    [Theory]
    [InlineData("evaluation", MemoryPhase.Evaluation, "for the evaluation at step 0", "maxNewTokens")]
    [InlineData("checkpoint", MemoryPhase.Checkpoint, "to write a checkpoint at step 6", "fewer parameters")]
    public void Run_NamesThePhaseAndTheCure_WhereNothingCanBeHalved(string where, MemoryPhase phase, string when, string cure)
    {
        using var run = new ToyRun { FullAt = where };
        var fault = Assert.Throws<NotEnoughMemoryException>(() => run.Run(ToyRun.Spec(steps: 8)));
        Assert.Equal(phase, fault.Phase);
        Assert.Contains(when, fault.Message);
        Assert.Contains(cure, fault.Message);
    }

    [Fact]
    public void Take_NamesTheOptimizer_WhenItsStepDoesNotFit()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var rows = new GradientRows(model.Parameters, 1);
        var step = new MultiTaskStep(["a"], (_, batch, tensors) => model.Each(batch, tensors), model.Parameters, rows, PolicyRegistry.Create(new(), [new() { Name = "a" }]), new FullOptimizer(),
            new() { Seed = 1, LossMode = LossMode.Token });
        var fault = Assert.Throws<NotEnoughMemoryException>(() => step.Take(0, [new(0, 0, ToyModel.Examples(0, 4))], 0.1));
        Assert.Equal(MemoryPhase.Optimizer, fault.Phase);
        Assert.Contains("for the optimizer's step at step 1: choose the optimizer adamw-8bit", fault.Message);
    }

    private sealed class FullOptimizer : IOptimizer
    {
        public IReadOnlyList<MtlStudio.Training.Models.NamedTensor> State => [];
        public long[] Steps => [];
        public void Step(Tensor direction, double rate) => throw new InsufficientMemoryException();
        public void Dispose() { }
    }

    [Fact]
    public void During_NamesLoadingAndPreparing()
    {
        Assert.Contains("to load the model: set training.precision to bf16", Assert.Throws<NotEnoughMemoryException>(() => MemoryFaults.During(MemoryPhase.Load, null, () => throw Full())).Message);
        Assert.Contains("weighting.gradients to sketch", Assert.Throws<NotEnoughMemoryException>(() => MemoryFaults.During(MemoryPhase.Prepare, null, () => throw new InsufficientMemoryException())).Message);
        Assert.Throws<InvalidOperationException>(() => MemoryFaults.During(MemoryPhase.Load, null, () => throw new InvalidOperationException()));
    }

    [Fact]
    public void Take_ReallyRunsOutOfMemory_AndGoesOnInHalves()
    {
        // libtorch itself is asked for more than any machine has, as long as micro-batches are whole.
        using var run = new ToyRun();
        run.Fails = (_, batch, _) =>
        {
            if (batch.Examples.Count > 2) using (empty([1L << 46])) { }
            return false;
        };
        Assert.Equal(RunOutcomes.Finished, run.Run(ToyRun.Spec(steps: 3)).Outcome);
        Assert.Equal("out-of-memory", Assert.Single(run.Events().OfType<AlarmEvent>()).Kind);
    }
}
