namespace MtlStudio.Training.Sharing;

/// <summary>Whose a private part is: one task's, or a group's of them.</summary>
/// <param name="Name">The task's, or the group's.</param>
/// <param name="Tasks">Whose examples train it.</param>
public sealed record PrivateOwner(string Name, IReadOnlyList<string> Tasks);
