using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Cli;

/// <summary>Where commands write: results to standard output, progress and faults to standard error.</summary>
public sealed class CommandConsole(TextWriter output, TextWriter errors)
{
    public TextWriter Output => output;
    public TextWriter Errors => errors;

    public void Fault(FieldError error) => errors.WriteLine(error.ToString().ReplaceLineEndings(" "));

    public void Json<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, WireJson.Indented));

    /// <summary>Runs a command's work and turns what went wrong into an exit code and lines on standard error.</summary>
    public int Guard(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (InvalidInputException exception)
        {
            foreach (var error in exception.Errors) Fault(error);
            return ExitCodes.InvalidInput;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("stopped");
            return ExitCodes.Stopped;
        }
        catch (IOException exception) when (DiskFaults.IsFull(exception))
        {
            errors.WriteLine($"failed: The disk is full ({exception.Message}): free some space, then try again (a run goes on with mtl resume)");
            return ExitCodes.Failed;
        }
        catch (Exception exception) when (exception is Training.Loop.NonFiniteException or Training.Loop.NotEnoughMemoryException or Training.Weighting.PolicyFailedException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            errors.WriteLine($"failed: {exception.Message}");
            return ExitCodes.Failed;
        }
        catch (Exception exception)
        {
            errors.WriteLine($"failed: {exception}");
            return ExitCodes.Failed;
        }
    }
}
