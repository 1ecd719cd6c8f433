namespace MtlStudio.Core.Runs;

/// <summary>One fault in what a user gave: the field, the value and the cure in one sentence.</summary>
/// <param name="Field">The JSON path in camelCase, as <c>tasks[1].template.prompt</c>.</param>
/// <param name="Message">Says what is wrong with which value, and what would be right.</param>
public sealed record FieldError(string Field, string Message)
{
    public override string ToString() => $"{Field}: {Message}";
}

/// <summary>Bad input, with every fault named at once. Command lines end with 2, the API with 400.</summary>
public sealed class InvalidInputException : Exception
{
    public InvalidInputException(IReadOnlyList<FieldError> errors)
        : base(string.Join("\n", errors)) => Errors = errors;

    public InvalidInputException(string field, string message) : this([new FieldError(field, message)]) { }

    public IReadOnlyList<FieldError> Errors { get; }
}
