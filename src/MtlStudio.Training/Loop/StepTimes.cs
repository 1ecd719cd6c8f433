namespace MtlStudio.Training.Loop;

/// <summary>When something began, by the clock and by the process' processor time.</summary>
public readonly record struct StepMoment(long At, TimeSpan Cpu);

/// <summary>How much of the steps' time goes to forward and backward passes, policy and optimizer, and how much to all else.</summary>
public sealed class StepTimes(TimeProvider clock)
{
    private (TimeSpan Clock, TimeSpan Cpu) computed, whole;

    public StepMoment Now() => new(clock.GetTimestamp(), Environment.CpuUsage.TotalTime);

    /// <summary>Counts what the step itself took.</summary>
    public void Computed(StepMoment since) => computed = Plus(computed, since);

    /// <summary>Counts what a step took with all that is around it.</summary>
    public void Whole(StepMoment since) => whole = Plus(whole, since);

    /// <summary>A sentence for the run's log; null before the first step.</summary>
    /// <param name="ahead">What another thread worked meanwhile for the steps to come: it costs processor time, but none by the clock. Its time by the clock is counted as processor time, which is its upper bound.</param>
    public string? Describe(TimeSpan ahead) => whole.Clock <= TimeSpan.Zero || whole.Cpu <= TimeSpan.Zero ? null
        : $"Drawing, collation and recording took {1 - computed.Clock / whole.Clock:P1} of the steps' time and {Math.Min(1, (whole.Cpu - computed.Cpu + ahead) / whole.Cpu):P1} of their processor time, {whole.Cpu.TotalSeconds:0.0} s in all";

    private (TimeSpan Clock, TimeSpan Cpu) Plus((TimeSpan Clock, TimeSpan Cpu) sum, StepMoment since) =>
        (sum.Clock + clock.GetElapsedTime(since.At), sum.Cpu + (Environment.CpuUsage.TotalTime - since.Cpu));
}
