using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Sharing;

/// <summary>The fault of computing with parts that are private to tasks while none of those tasks is named.</summary>
internal static class TaskChoice
{
    public static InvalidInputException Missing(string? given, IEnumerable<string> known) => new("--task", given is null
        ? $"This adapter has parts of its own for each task: name one of {string.Join(", ", known)}"
        : $"This adapter has no part for the task \"{given}\": there are {string.Join(", ", known)}");
}
