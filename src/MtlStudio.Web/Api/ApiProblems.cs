using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Staging;

namespace MtlStudio.Web.Api;

/// <summary>Turns what went wrong in a call into RFC 9457 problem details, bad input with an <c>errors</c> object by field.</summary>
internal sealed partial class ApiProblems(ILogger<ApiProblems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        if (context.Response.HasStarted) return false;
        await Answer(exception).ExecuteAsync(context);
        return true;
    }

    private IResult Answer(Exception exception)
    {
        switch (exception)
        {
            case InvalidInputException fault:
                return Invalid(fault.Errors);
            case RunNotFoundException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status404NotFound);
            case LibraryNotFoundException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status404NotFound);
            case StagedUploadNotFoundException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status404NotFound);
            case LibraryInUseException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status409Conflict, extensions: new Dictionary<string, object?> { ["users"] = fault.Users });
            case ReviewNotFoundException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status404NotFound);
            case StudyNotFoundException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status404NotFound);
            case RunStateException fault:
                return Results.Problem($"{fault.Message}.", statusCode: StatusCodes.Status409Conflict);
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } fault when Binding().Match(fault.Message) is { Success: true } match:
                return Invalid([new(match.Groups["name"].Value, $"\"{match.Groups["value"].Value}\" is no {Word(match.Groups["type"].Value)}")]);
            case BadHttpRequestException { InnerException: JsonException inner }:
                return Answer(inner);
            case BadHttpRequestException fault:
                return Results.Problem(fault.Message, statusCode: fault.StatusCode);
            case JsonException fault:
                return Invalid([new(fault.Path is { Length: > 2 } path ? path[2..] : "body",
                    $"This cannot be read (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} of the body): /openapi/v1.json says what the call takes")]);
            case var fault when StoreFaults.IsDiskFull(fault):
                return Results.Problem("The disk of the data folder is full; nothing was kept of this call. Free some space and send it again.", statusCode: StatusCodes.Status507InsufficientStorage);
            case var fault when StoreFaults.IsReadOnly(fault):
                return Results.Problem("The data folder cannot be written to; nothing was kept of this call. Give the studio's user the right to write there, and send it again.", statusCode: StatusCodes.Status507InsufficientStorage);
            case var fault when StoreFaults.IsBusy(fault):
                return Results.Problem("Another program holds the database's write lock; nothing was kept of this call. End that program, or wait until it is done, and send it again.", statusCode: StatusCodes.Status503ServiceUnavailable);
            default:
                LogFailure(log, exception);
                return Results.Problem("The studio failed at this call; its log says how. Runs go on.", statusCode: StatusCodes.Status500InternalServerError);
        }
    }

    private static IResult Invalid(IReadOnlyList<FieldError> errors) => Results.ValidationProblem(
        errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray()),
        detail: errors.Count == 1 ? errors[0].ToString() : $"{errors.Count} values are wrong; each is named in errors.",
        title: "Some values are wrong.");

    private static string Word(string type) => type.TrimEnd('?') switch
    {
        "int" or "long" => "whole number",
        "double" => "number",
        "bool" => "truth value: write true or false",
        var other => other,
    };

    [GeneratedRegex("^Failed to bind parameter \"(?<type>\\S+) (?<name>\\S+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Binding();

    [LoggerMessage(LogLevel.Error, "A call failed")]
    private static partial void LogFailure(ILogger log, Exception exception);
}
