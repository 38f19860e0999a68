ALTER TABLE "assistants" ADD COLUMN "encoder" text;
