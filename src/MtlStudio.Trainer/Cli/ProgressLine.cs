using System.Diagnostics;

namespace MtlStudio.Trainer.Cli;

/// <summary>Progress with rate and time left on standard error: one line that is rewritten on a terminal, else a line every few seconds.</summary>
/// <param name="unit">What is counted, as "step".</param>
public sealed class ProgressLine(TextWriter errors, string unit, long total)
{
    private static readonly TimeSpan Pause = Console.IsErrorRedirected ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(200);

    private readonly long started = Stopwatch.GetTimestamp();
    private long first = -1, shown;
    private int width;

    /// <summary>Shows where things stand, where the last line is old enough or this is the end.</summary>
    /// <param name="detail">What else is worth a word, as the loss.</param>
    public void Report(long done, string detail)
    {
        if (first < 0) first = done - 1;
        if (shown != 0 && Stopwatch.GetElapsedTime(shown) < Pause && done < total) return;
        shown = Stopwatch.GetTimestamp();
        var rate = (done - first) / Math.Max(Stopwatch.GetElapsedTime(started).TotalSeconds, 1e-9);
        Write($"{unit} {done:#,0}/{total:#,0}{(detail.Length > 0 ? $" · {detail}" : "")} · {rate:0.##} {unit}s/s · {Left((total - done) / rate)} left", done >= total);
    }

    /// <summary>Shows a remark in the place of the line.</summary>
    public void Say(string text) => Write(text, last: true);

    /// <summary>"2 min 10 s"; "3 h 5 min".</summary>
    internal static string Left(double seconds) => seconds switch
    {
        >= 3600 and < 1e9 => $"{(long)seconds / 3600} h {(long)seconds % 3600 / 60} min",
        >= 60 and < 3600 => $"{(long)seconds / 60} min {(long)seconds % 60} s",
        >= 0 and < 60 => $"{Math.Ceiling(seconds):0} s",
        _ => "unknown time",
    };

    private void Write(string text, bool last)
    {
        if (Console.IsErrorRedirected)
        {
            errors.WriteLine(text);
            return;
        }
        errors.Write('\r' + text.PadRight(width) + (last ? "\n" : ""));
        width = last ? 0 : text.Length;
    }
}
