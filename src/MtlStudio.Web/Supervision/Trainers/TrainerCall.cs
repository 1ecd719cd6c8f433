using System.ComponentModel;
using System.Diagnostics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>How a call of the trainer's program ended.</summary>
/// <param name="Fault">What it said was wrong; empty where it is done.</param>
public sealed record TrainerOutcome(int Code, string Output, string Fault);

/// <summary>Calls the trainer's program for one small piece of work and waits for its end. Training goes by <see cref="TrainerProcess"/>, which outlives the studio.</summary>
public static class TrainerCall
{
    private const int MostText = 1 << 20;

    /// <exception cref="TrainerStartException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process is gone then.</exception>
    public static async Task<TrainerOutcome> RunAsync(TrainerLaunch call, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(call.FileName, call.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (var (name, value) in call.Environment) start.Environment[name] = value;
        using var process = Started(start);
        process.StandardInput.Close();
        var (output, errors) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        return new(process.ExitCode, await output, process.ExitCode == ExitCodes.Done ? "" : FaultOf(process.ExitCode, await errors));
    }

    /// <summary>The lines that name the fault; the program's own words where it had any.</summary>
    internal static string FaultOf(int code, string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (code == ExitCodes.InvalidInput && lines.Length > 0) return string.Join("; ", lines.Select(WithoutField));
        if (lines.LastOrDefault(line => line.StartsWith("failed: ", StringComparison.Ordinal)) is { } failed) return failed["failed: ".Length..];
        if (code > 128) return $"The trainer was ended by signal {code - 128}{(code == 128 + 9 ? ": the machine may have run out of memory" : "")}";
        return lines.Length > 0 ? lines[^1] : $"The trainer ended with exit code {code} and said nothing";
    }

    /// <summary>An option's name says nothing to who pressed a button.</summary>
    private static string WithoutField(string line) => line.StartsWith("--", StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is var end and > 0 ? line[(end + 2)..] : line;

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new TrainerStartException($"\"{start.FileName}\" cannot be started: {fault.Message}. Is the trainer there?", fault);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
            if (text.Length < MostText) text.Append(buffer, 0, read);
        return text.ToString();
    }
}
