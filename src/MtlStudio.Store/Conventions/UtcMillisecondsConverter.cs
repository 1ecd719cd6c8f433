using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MtlStudio.Store.Conventions;

/// <summary>Every time is kept as UTC milliseconds since 1970: SQLite can neither order nor compare a DateTimeOffset, and both databases can a number.</summary>
public sealed class UtcMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
