namespace MtlStudio.Web.Api;

/// <summary>Times in the API are UTC milliseconds since 1970, as in events and series.</summary>
internal static class ApiTime
{
    public static long? Milliseconds(this DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();
}
