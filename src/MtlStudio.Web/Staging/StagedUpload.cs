namespace MtlStudio.Web.Staging;

/// <summary>Files that were sent and wait for what is to become of them.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
public sealed record StagedUpload(string Id, IReadOnlyList<StagedFile> Files);

/// <param name="Number">Stays, whatever other files go.</param>
/// <param name="Name">As it was sent, with its last folder where it had one: "spam/train.tsv". Never a path here.</param>
public sealed record StagedFile(int Number, string Name, long Bytes);

/// <summary>There is no such upload (any more).</summary>
public sealed class StagedUploadNotFoundException(string id) : Exception($"There is no upload {id}: it was thrown away, or nobody looked at it for a day. Send the files again");
