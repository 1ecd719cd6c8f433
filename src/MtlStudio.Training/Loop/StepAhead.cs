using System.Diagnostics;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Loop;

/// <summary>What a step is made of: its draws, and its micro-batches collated on the host.</summary>
public sealed record PreparedStep(StepPlan Plan, IReadOnlyList<MicroBatch> Batches);

/// <summary>
/// Draws and collates the step to come on a thread of its own while the one before it trains. What it gives is what the
/// planner would have given then: a step prepared from other counters than those asked for is made anew.
/// </summary>
/// <param name="planner">Used by one thread at a time.</param>
/// <param name="wanted">Whether a micro-batch is trained at all in this run.</param>
/// <param name="fill">Makes a micro-batch; touches no device.</param>
public sealed class StepAhead(StepPlanner planner, Func<MicroBatchPlan, bool> wanted, Func<MicroBatchPlan, MicroBatch> fill)
{
    private Task<PreparedStep>? next;
    private (int Step, SamplerState State) of;
    private long ticksAhead;

    /// <summary>What the other thread has worked in all.</summary>
    public TimeSpan WorkedAhead => new(Interlocked.Read(ref ticksAhead));

    /// <summary>The step of these counters; faults of the other thread are thrown here.</summary>
    public PreparedStep Take(int step, SamplerState state)
    {
        var begun = Interlocked.Exchange(ref next, null);
        if (begun is null) return Prepare(step, state);
        if (of.Step == step && ReferenceEquals(of.State, state)) return begun.GetAwaiter().GetResult();
        ((IAsyncResult)begun).AsyncWaitHandle.WaitOne(); // the planner is not for two threads at once
        return Prepare(step, state);
    }

    /// <summary>Begins to prepare the step that will be taken next if nothing changes the counters.</summary>
    public void Begin(int step, SamplerState state)
    {
        of = (step, state);
        next = Task.Run(() =>
        {
            var started = Stopwatch.GetTimestamp();
            var prepared = Prepare(step, state);
            Interlocked.Add(ref ticksAhead, Stopwatch.GetElapsedTime(started).Ticks);
            return prepared;
        });
    }

    private PreparedStep Prepare(int step, SamplerState state)
    {
        var plan = planner.Plan(step, state);
        return new(plan, [.. plan.MicroBatches.Where(wanted).Select(batch => fill(batch).Prepared())]);
    }
}
