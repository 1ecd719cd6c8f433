using System.Diagnostics;

namespace MtlStudio.Trainer.Cli;

/// <summary>Says on standard error where a longer evaluation stands, with the time left; short ones go by in silence.</summary>
public sealed class EvaluationProgress(TextWriter errors)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private string current = "";
    private long started, shown;

    /// <param name="done">Share of the task's work, 0 to 1.</param>
    public void Report(string split, string task, double done)
    {
        var name = $"{split} of {task}";
        if (name != current || done < 1e-9) (current, started, shown) = (name, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        if (Stopwatch.GetElapsedTime(shown) < Pause) return;
        shown = Stopwatch.GetTimestamp();
        errors.WriteLine($"evaluating {name}: {done:P0} · {ProgressLine.Left(Stopwatch.GetElapsedTime(started).TotalSeconds * (1 - done) / done)} left");
    }
}
