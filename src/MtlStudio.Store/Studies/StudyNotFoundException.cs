namespace MtlStudio.Store;

/// <summary>There is no study of that number.</summary>
public sealed class StudyNotFoundException(long id) : Exception($"There is no study {id}");
