CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

BEGIN TRANSACTION;
CREATE TABLE "dataset" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_dataset" PRIMARY KEY AUTOINCREMENT,
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "columns_json" TEXT NOT NULL,
    "train_examples" INTEGER NOT NULL,
    "validation_examples" INTEGER NOT NULL,
    "test_examples" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "source" TEXT NULL,
    "archived" INTEGER NOT NULL
);

CREATE TABLE "purge" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_purge" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "series_id" INTEGER NULL
);

CREATE TABLE "run" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_run" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "state_reason" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "started_at" INTEGER NULL,
    "ended_at" INTEGER NULL,
    "priority" INTEGER NOT NULL,
    "queue_order" INTEGER NOT NULL,
    "spec_json" TEXT NOT NULL,
    "spec_hash" TEXT NOT NULL,
    "device_kind" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "model_reference" TEXT NOT NULL,
    "baseline_task" TEXT NULL,
    "device" TEXT NULL,
    "step" INTEGER NOT NULL,
    "total_steps" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "attempt_started_at" INTEGER NULL,
    "attempt_start_step" INTEGER NOT NULL,
    "deaths_without_checkpoint" INTEGER NOT NULL,
    "failure" TEXT NULL,
    "outcome" TEXT NULL,
    "parameters" INTEGER NOT NULL,
    "trainable_parameters" INTEGER NOT NULL,
    "environment_json" TEXT NULL,
    "unified_score" REAL NULL,
    "ingest_offset" INTEGER NOT NULL,
    "ingest_seq" INTEGER NOT NULL,
    "note" TEXT NULL,
    "archived" INTEGER NOT NULL
);

CREATE TABLE "setting" (
    "key" TEXT NOT NULL CONSTRAINT "pk_setting" PRIMARY KEY,
    "value_json" TEXT NOT NULL
);

CREATE TABLE "stored_model" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_stored_model" PRIMARY KEY AUTOINCREMENT,
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "architecture" TEXT NOT NULL,
    "parameters" INTEGER NOT NULL,
    "vocabulary_size" INTEGER NOT NULL,
    "context_length" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "source" TEXT NULL,
    "archived" INTEGER NOT NULL
);

CREATE TABLE "alarm" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_alarm" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "time" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "task" TEXT NULL,
    "message" TEXT NOT NULL,
    CONSTRAINT "fk_alarm_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "checkpoint" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_checkpoint" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "time" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "keeps" TEXT NOT NULL,
    "pause_seconds" REAL NOT NULL,
    CONSTRAINT "fk_checkpoint_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "device_lease" (
    "node" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "run_id" INTEGER NULL,
    "since" INTEGER NULL,
    CONSTRAINT "pk_device_lease" PRIMARY KEY ("node", "device"),
    CONSTRAINT "fk_device_lease_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE SET NULL
);

CREATE TABLE "evaluation_score" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_evaluation_score" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "time" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "value" REAL NULL,
    "flag" INTEGER NOT NULL,
    "examples" INTEGER NOT NULL,
    CONSTRAINT "fk_evaluation_score_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "event_mark" (
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "end_offset" INTEGER NOT NULL,
    CONSTRAINT "pk_event_mark" PRIMARY KEY ("run_id", "seq"),
    CONSTRAINT "fk_event_mark_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "log_line" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_log_line" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "time" INTEGER NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    CONSTRAINT "fk_log_line_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_baseline" (
    "run_id" INTEGER NOT NULL,
    "task" TEXT NOT NULL,
    "baseline_run_id" INTEGER NOT NULL,
    CONSTRAINT "pk_run_baseline" PRIMARY KEY ("run_id", "task"),
    CONSTRAINT "fk_run_baseline_run_baseline_run_id" FOREIGN KEY ("baseline_run_id") REFERENCES "run" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_run_baseline_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_tag" (
    "run_id" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    CONSTRAINT "pk_run_tag" PRIMARY KEY ("run_id", "tag"),
    CONSTRAINT "fk_run_tag_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_task" (
    "run_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "color_index" INTEGER NOT NULL,
    "train_examples" INTEGER NOT NULL,
    "validation_examples" INTEGER NOT NULL,
    "test_examples" INTEGER NOT NULL,
    "dropped" INTEGER NOT NULL,
    "planned_share" REAL NOT NULL,
    "primary_metric" TEXT NOT NULL,
    "higher_is_better" INTEGER NOT NULL,
    CONSTRAINT "pk_run_task" PRIMARY KEY ("run_id", "name"),
    CONSTRAINT "fk_run_task_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_transition" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_run_transition" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "from_state" TEXT NULL,
    "to_state" TEXT NOT NULL,
    "time" INTEGER NOT NULL,
    "cause" TEXT NOT NULL,
    CONSTRAINT "fk_run_transition_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "sample" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sample" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "example" INTEGER NOT NULL,
    "input" TEXT NOT NULL,
    "references_json" TEXT NOT NULL,
    "output" TEXT NOT NULL,
    "cut" INTEGER NOT NULL,
    "loss" REAL NULL,
    "scores_json" TEXT NOT NULL,
    CONSTRAINT "fk_sample_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "series" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_series" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "wire_id" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "last_index" INTEGER NOT NULL,
    "last_value" REAL NULL,
    "last_flag" INTEGER NOT NULL,
    "last_seq" INTEGER NOT NULL,
    CONSTRAINT "fk_series_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_alarm_run_id_seq" ON "alarm" ("run_id", "seq");

CREATE UNIQUE INDEX "ix_checkpoint_run_id_path" ON "checkpoint" ("run_id", "path");

CREATE UNIQUE INDEX "ix_dataset_hash" ON "dataset" ("hash");

CREATE INDEX "ix_device_lease_run_id" ON "device_lease" ("run_id");

CREATE INDEX "ix_evaluation_score_run_id_split_task_metric_step" ON "evaluation_score" ("run_id", "split", "task", "metric", "step");

CREATE INDEX "ix_log_line_run_id_seq" ON "log_line" ("run_id", "seq");

CREATE INDEX "ix_run_created_at" ON "run" ("created_at");

CREATE INDEX "ix_run_spec_hash" ON "run" ("spec_hash");

CREATE INDEX "ix_run_state_priority_queue_order" ON "run" ("state", "priority", "queue_order");

CREATE INDEX "ix_run_baseline_baseline_run_id" ON "run_baseline" ("baseline_run_id");

CREATE INDEX "ix_run_tag_tag" ON "run_tag" ("tag");

CREATE INDEX "ix_run_transition_run_id" ON "run_transition" ("run_id");

CREATE INDEX "ix_sample_run_id_task_step_example" ON "sample" ("run_id", "task", "step", "example");

CREATE UNIQUE INDEX "ix_series_run_id_name" ON "series" ("run_id", "name");

CREATE UNIQUE INDEX "ix_series_run_id_wire_id" ON "series" ("run_id", "wire_id");

CREATE UNIQUE INDEX "ix_stored_model_hash" ON "stored_model" ("hash");

CREATE TABLE metric_point (
    series_id INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    value REAL NULL,
    flag INTEGER NOT NULL,
    late_seq INTEGER NULL,
    PRIMARY KEY (series_id, idx)
) WITHOUT ROWID;

CREATE TABLE metric_rollup (
    series_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL,
    min REAL NULL,
    max REAL NULL,
    non_finite INTEGER NOT NULL,
    PRIMARY KEY (series_id, level, bucket)
) WITHOUT ROWID;

CREATE TABLE metric_tick (
    run_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    examples INTEGER NULL,
    tokens INTEGER NULL,
    step INTEGER NULL,
    PRIMARY KEY (run_id, kind, idx)
) WITHOUT ROWID;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123032107_Initial', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "example_scores" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_example_scores" PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "examples" INTEGER NOT NULL,
    "data" BLOB NOT NULL,
    CONSTRAINT "fk_example_scores_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_delta" (
    "run_id" INTEGER NOT NULL,
    "task" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "reference_run_id" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "higher_is_better" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "examples" INTEGER NOT NULL,
    "seeds" INTEGER NOT NULL,
    "value" REAL NOT NULL,
    "reference_value" REAL NOT NULL,
    "delta" REAL NOT NULL,
    "low" REAL NOT NULL,
    "high" REAL NOT NULL,
    "p" REAL NOT NULL,
    "verdict" TEXT NOT NULL,
    "computed_at" INTEGER NOT NULL,
    CONSTRAINT "pk_run_delta" PRIMARY KEY ("run_id", "task", "reference"),
    CONSTRAINT "fk_run_delta_run_reference_run_id" FOREIGN KEY ("reference_run_id") REFERENCES "run" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_run_delta_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_example_scores_run_id_task_split_step" ON "example_scores" ("run_id", "task", "split", "step");

CREATE INDEX "ix_run_delta_reference_run_id" ON "run_delta" ("reference_run_id");

CREATE INDEX "ix_run_delta_reference_task_verdict" ON "run_delta" ("reference", "task", "verdict");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123060210_Judgement', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
DROP TABLE "dataset";

DROP TABLE "stored_model";

CREATE TABLE "library_item" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_library_item" PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "note" TEXT NULL,
    "licence" TEXT NULL,
    "source" TEXT NULL,
    "archived" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "deleted_at" INTEGER NULL,
    "latest" INTEGER NOT NULL
);

CREATE TABLE "library_version" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_library_version" PRIMARY KEY AUTOINCREMENT,
    "item_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "body_json" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "note" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "fk_library_version_library_item_item_id" FOREIGN KEY ("item_id") REFERENCES "library_item" ("id") ON DELETE CASCADE
);

CREATE TABLE "library_link" (
    "version_id" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    CONSTRAINT "pk_library_link" PRIMARY KEY ("version_id", "target"),
    CONSTRAINT "fk_library_link_library_version_version_id" FOREIGN KEY ("version_id") REFERENCES "library_version" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_library_item_kind_name" ON "library_item" ("kind", "name");

CREATE INDEX "ix_library_link_target" ON "library_link" ("target");

CREATE INDEX "ix_library_version_hash" ON "library_version" ("hash");

CREATE UNIQUE INDEX "ix_library_version_item_id_number" ON "library_version" ("item_id", "number");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123061403_Library', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "review" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_review" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "blind" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "filter" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "available" INTEGER NOT NULL,
    "item_count" INTEGER NOT NULL,
    "tags_json" TEXT NOT NULL
);

CREATE TABLE "review_item" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_review_item" PRIMARY KEY AUTOINCREMENT,
    "review_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "task" TEXT NOT NULL,
    "example" INTEGER NOT NULL,
    "input" TEXT NOT NULL,
    "references_json" TEXT NOT NULL,
    "order" TEXT NOT NULL,
    "measure" REAL NULL,
    CONSTRAINT "fk_review_item_review_review_id" FOREIGN KEY ("review_id") REFERENCES "review" ("id") ON DELETE CASCADE
);

CREATE TABLE "review_run" (
    "review_id" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "run_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    CONSTRAINT "pk_review_run" PRIMARY KEY ("review_id", "place"),
    CONSTRAINT "fk_review_run_review_review_id" FOREIGN KEY ("review_id") REFERENCES "review" ("id") ON DELETE CASCADE
);

CREATE TABLE "review_vote_change" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_review_vote_change" PRIMARY KEY AUTOINCREMENT,
    "review_id" INTEGER NOT NULL,
    "item_id" INTEGER NOT NULL,
    "reviewer" TEXT NOT NULL,
    "time" INTEGER NOT NULL,
    "before_json" TEXT NULL,
    "undone" INTEGER NOT NULL,
    CONSTRAINT "fk_review_vote_change_review_review_id" FOREIGN KEY ("review_id") REFERENCES "review" ("id") ON DELETE CASCADE
);

CREATE TABLE "reviewer" (
    "review_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "joined_at" INTEGER NOT NULL,
    "peeked_at" INTEGER NULL,
    CONSTRAINT "pk_reviewer" PRIMARY KEY ("review_id", "name"),
    CONSTRAINT "fk_reviewer_review_review_id" FOREIGN KEY ("review_id") REFERENCES "review" ("id") ON DELETE CASCADE
);

CREATE TABLE "review_output" (
    "item_id" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "cut" INTEGER NOT NULL,
    "decoding" TEXT NOT NULL,
    "prompt" TEXT NULL,
    "loss" REAL NULL,
    "scores_json" TEXT NOT NULL,
    CONSTRAINT "pk_review_output" PRIMARY KEY ("item_id", "place"),
    CONSTRAINT "fk_review_output_review_item_item_id" FOREIGN KEY ("item_id") REFERENCES "review_item" ("id") ON DELETE CASCADE
);

CREATE TABLE "review_vote" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_review_vote" PRIMARY KEY AUTOINCREMENT,
    "review_id" INTEGER NOT NULL,
    "item_id" INTEGER NOT NULL,
    "reviewer" TEXT NOT NULL,
    "choice" TEXT NULL,
    "place" INTEGER NULL,
    "tags_json" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "informed" INTEGER NOT NULL,
    "revealed" INTEGER NOT NULL,
    "time" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_review_vote_review_item_item_id" FOREIGN KEY ("item_id") REFERENCES "review_item" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_review_vote_review_review_id" FOREIGN KEY ("review_id") REFERENCES "review" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_review_created_at" ON "review" ("created_at");

CREATE UNIQUE INDEX "ix_review_item_review_id_number" ON "review_item" ("review_id", "number");

CREATE INDEX "ix_review_run_run_id" ON "review_run" ("run_id");

CREATE UNIQUE INDEX "ix_review_vote_item_id_reviewer" ON "review_vote" ("item_id", "reviewer");

CREATE INDEX "ix_review_vote_review_id_reviewer" ON "review_vote" ("review_id", "reviewer");

CREATE INDEX "ix_review_vote_change_review_id_reviewer_undone" ON "review_vote_change" ("review_id", "reviewer", "undone");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123063706_Reviews', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "run" ADD "deleted_at" INTEGER NULL;

CREATE TABLE "run_table_view" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_run_table_view" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "state_json" TEXT NOT NULL,
    "is_default" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL
);

CREATE TABLE "run_value_column" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_run_value_column" PRIMARY KEY AUTOINCREMENT,
    "source" INTEGER NOT NULL,
    "key" TEXT NOT NULL
);

CREATE TABLE "run_value" (
    "column_id" INTEGER NOT NULL,
    "run_id" INTEGER NOT NULL,
    "number" REAL NULL,
    "text" TEXT NULL,
    CONSTRAINT "pk_run_value" PRIMARY KEY ("column_id", "run_id"),
    CONSTRAINT "fk_run_value_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_run_value_run_value_column_column_id" FOREIGN KEY ("column_id") REFERENCES "run_value_column" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "ix_run_table_view_name" ON "run_table_view" ("name");

CREATE INDEX "ix_run_value_run_id" ON "run_value" ("run_id");

CREATE UNIQUE INDEX "ix_run_value_column_source_key" ON "run_value_column" ("source", "key");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123072501_RunTable', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "seed_delta" (
    "group_hash" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "runs" TEXT NOT NULL,
    "last_seed" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "higher_is_better" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "examples" INTEGER NOT NULL,
    "seeds" INTEGER NOT NULL,
    "value" REAL NOT NULL,
    "reference_value" REAL NOT NULL,
    "delta" REAL NOT NULL,
    "low" REAL NOT NULL,
    "high" REAL NOT NULL,
    "p" REAL NOT NULL,
    "verdict" TEXT NOT NULL,
    "transfer" TEXT NOT NULL,
    "computed_at" INTEGER NOT NULL,
    CONSTRAINT "pk_seed_delta" PRIMARY KEY ("group_hash", "task", "reference")
);

CREATE TABLE "seed_member" (
    "run_id" INTEGER NOT NULL CONSTRAINT "pk_seed_member" PRIMARY KEY,
    "group_hash" TEXT NOT NULL,
    CONSTRAINT "fk_seed_member_run_run_id" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_seed_member_group_hash" ON "seed_member" ("group_hash");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123092156_SeedVerdicts', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "review" ADD "slice" TEXT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123092337_ReviewSlice', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "study" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_study" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "note" TEXT NULL,
    "study_json" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);

CREATE TABLE "study_run" (
    "study_id" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "policy" TEXT NOT NULL,
    "loss_weights" INTEGER NOT NULL,
    "rate" REAL NOT NULL,
    "seed" INTEGER NOT NULL,
    "run_id" INTEGER NOT NULL,
    "made" INTEGER NOT NULL,
    CONSTRAINT "pk_study_run" PRIMARY KEY ("study_id", "place"),
    CONSTRAINT "fk_study_run_study_study_id" FOREIGN KEY ("study_id") REFERENCES "study" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_study_run_run_id" ON "study_run" ("run_id");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123130705_Studies', '10.0.15');

COMMIT;

